#!/bin/sh
# smsd runs this for every event. One text to each caller in a day.
[ "$1" = CALL ] || exit 0
number=$(sed -n 's/^From: *//p' "$2" | head -n 1)
[ -n "$number" ] || exit 0
[ -e "@FOLDER@/texted/$number" ] && exit 0
: > "@FOLDER@/texted/$number"
# The spooler writes an international number without its plus sign; a national one needs its country.
case $number in 0*) number=44${number#0} ;; esac
printf 'To: %s\n\n%s\n' "$number" "@WORDS@" > "@FOLDER@/call.$$"
mv "@FOLDER@/call.$$" "@FOLDER@/outgoing/call.$$"
