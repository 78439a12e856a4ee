#!/bin/sh
# The command `textback` of an installed box: it always works as the box's own user, who owns the files.
box=/opt/textback/current/bin/textback
case $(id -un) in
  textback) exec "$box" "$@" ;;
  root) exec runuser -u textback -- "$box" "$@" ;;
  *) exec sudo -u textback -- "$box" "$@" ;;
esac
