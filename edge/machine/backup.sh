#!/bin/sh
# Keeps a copy of all records in one file, while the worker runs.
#
#   backup.sh FILE [OBJECTS [PID]]
#
# The worker is held still while its files are read, and nobody is turned away meanwhile: people wait. So all records are of one moment,
# and in the state that a power cut would leave them in, from which the worker goes on. Beside what is written here the worker's settings and
# secrets are needed, which are yours to keep, elsewhere: with both, anybody can sign anybody in.
set -eu
umask 077
file=$1
objects=${2:-/var/lib/sms-login/objects}
worker=${3:-$(systemctl show --property=MainPID --value sms-login.service)}

goes_on() { [ "$worker" = 0 ] || kill -CONT "$worker"; }
# A thread that is in the middle of a write stops after it.
holds_still() { ! grep --quiet --no-messages '^State:[[:space:]]*[^Tt[:space:]]' /proc/"$worker"/task/*/status; }

trap goes_on EXIT
trap 'exit 1' HUP INT TERM
if [ "$worker" != 0 ]; then
	kill -STOP "$worker"
	until holds_still; do :; done
fi
tar --create --file "$file.part" --directory "$objects" .
goes_on
trap - EXIT
tar --list --file "$file.part" >/dev/null
sync "$file.part"
mv "$file.part" "$file"
