#!/bin/sh
# gammu-smsd runs this with the caller's number. One text to each caller in a day.
number=$1
[ -n "$number" ] || exit 0
[ -e "@FOLDER@/texted/$number" ] && exit 0
: > "@FOLDER@/texted/$number"
exec gammu-smsd-inject -c "@FOLDER@/smsdrc" TEXT "$number" -text "@WORDS@"
