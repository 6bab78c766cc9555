#!/bin/sh
# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Usage: find_python.sh WHAT FROM TO [PYTHON]
#
# Print the path of the newest Python from version FROM to version TO that can make virtual environments. If there is
# none, say what WHAT needs, what was found, and what to install. With PYTHON, only that interpreter is considered.

what=$1 from=$2 to=$3 named=$4
candidates=${named:-python3.15 python3.14 python3.13 python3.12 python3.11 python3.10 python3}

# A name on PATH proves little, so each candidate has to report itself. If it belongs to a virtual environment, the
# Python that the environment was made from is used.
report='
import sys
version = sys.version_info
low, high = (tuple(map(int, text.split("."))) for text in sys.argv[1:])
number = "%d.%d.%d" % version[:3]
if version.releaselevel != "final":
    print("other " + number + " (a pre-release)")
elif not low <= version[:2] <= high:
    print("other " + number)
else:
    try:
        import ensurepip, venv
        print("good " + (getattr(sys, "_base_executable", None) or sys.executable))
    except ImportError:
        print("incomplete " + number)
'

others='' incomplete=''
for python in $candidates; do
  answer=$("$python" -c "$report" "$from" "$to" 2>/dev/null) || continue
  case $answer in
    good\ *) echo "${answer#good }"; exit 0 ;;
    incomplete\ *) incomplete="${incomplete:-$python is Python ${answer#incomplete }}" ;;
    other\ *) others="$others${others:+, }$python is ${answer#other }" ;;
  esac
done

if [ "$to" = 3.99 ]; then range="Python $from or newer"; else range="a Python from $from to $to"; fi
{
  echo "$what needs $range, with the modules venv and ensurepip."
  if [ -n "$incomplete" ]; then
    echo "$incomplete, but it lacks one of these modules. On Debian and Ubuntu: apt install python3-venv"
  elif [ -n "$others" ]; then
    echo "Found: $others."
  elif [ -n "$named" ]; then
    echo "$named cannot be run, or is not Python 3."
  else
    echo "No Python 3 was found on the PATH."
  fi
  echo "To use a Python that is not on the PATH: $what PYTHON=/path/to/python3"
} >&2
exit 1
