#!/bin/sh
# Goes back to the records of a backup. The worker must not run: systemctl stop sms-login.socket sms-login.service
#
#   restore.sh FILE [STATE [SETTINGS]]
#
# Since the backup, sessions were ended and codes used, which its records do not know. So the moment of the restore is written into the
# settings as RESTORED_AT, before anything else: no session and no login from before it counts. The records that were there are kept beside the
# new ones.
set -eu
umask 077
file=$1
state=${2:-/var/lib/sms-login}
settings=${3:-/etc/sms-login}
objects=$state/objects

if find /proc/[0-9]*/fd -lname "$(realpath "$objects")/*" 2>/dev/null | grep --quiet .; then
	echo "somebody has the records open: systemctl stop sms-login.socket sms-login.service" >&2
	exit 1
fi
now=$(date +%s)
rm -rf "$objects.restored"
mkdir "$objects.restored"
tar --extract --file "$file" --directory "$objects.restored" --no-same-owner
chown -R --reference="$state" "$objects.restored"

# One second later, since what happened within this one is from before.
echo "RESTORED_AT=$((now + 1))" >"$settings/restored.env.new"
sync "$settings/restored.env.new" "$objects.restored"
mv "$settings/restored.env.new" "$settings/restored.env"
mv "$objects" "$objects.before-$now"
mv "$objects.restored" "$objects"
cat <<EOF
The records are those of the backup; those of before are in $objects.before-$now.
Start the worker: systemctl start sms-login.socket sms-login.service
Everybody has to sign in again. What was done since the backup is undone, and yours to do again: the log says which accounts were erased
("event":"erase"), which numbers were blocked ("event":"admin_block") and which accounts got another number ("event":"number_changed").
EOF
