#!/bin/bash
# Starts or stops Ceph's object gateway on 127.0.0.1, for this user alone and with nothing that stays: one monitor,
# one OSD in memory, no cephx, no systemd. Needs Debian's radosgw, ceph-mon and ceph-osd (see ../clients/install.sh).
#
#   radosgw.sh start FOLDER PORT    prints "up" when it answers; user u, role r1
#   radosgw.sh stop FOLDER
set -e
what=$1 D=$2 PORT=$3

if [ "$what" = stop ]; then
  for signal in TERM KILL; do
    for p in rgw osd mon; do [ ! -f "$D/$p.pid" ] || kill -$signal "$(cat "$D/$p.pid")" 2>/dev/null || true; done
    [ $signal = KILL ] || sleep 2
  done
  rm -rf "$D"
  exit 0
fi

mkdir -p "$D"/{mon,osd,log,run,rgw}
MON=$((PORT + 1))
FSID=$(cat /proc/sys/kernel/random/uuid)
ME=$(id -un) MINE=$(id -gn)
# radosgw asks for encrypted connections to the monitor, which cannot be without cephx: hence the crc modes.
cat >"$D/ceph.conf" <<C
[global]
fsid = $FSID
mon host = [v2:127.0.0.1:$MON/0]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
auth supported = none
mon allow pool size one = true
mon warn on pool no redundancy = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon max pg per osd = 1000
osd objectstore = memstore
memstore device bytes = 1073741824
run dir = $D/run
admin socket = $D/run/\$name.\$pid.asok
log file = $D/log/\$name.log
pid file =
mon data = $D/mon
osd data = $D/osd
rgw data = $D/rgw
ms bind ipv6 = false
rgw thread pool size = 16
rgw num rados handles = 1
rgw enable gc threads = false
rgw enable lc threads = false
rgw run sync thread = false
rgw dns name = localhost
rgw sts key = abcdefghijklmnop
rgw s3 auth use sts = true
ms mon client mode = crc
ms client mode = crc
ms cluster mode = crc
ms service mode = crc
mon data avail warn = 1
mon data avail crit = 0
C
export CEPH_CONF="$D/ceph.conf"
as_me=(-c "$D/ceph.conf" --setuser "$ME" --setgroup "$MINE")

monmaptool --create --fsid "$FSID" --addv a "[v2:127.0.0.1:$MON]" "$D/monmap" >/dev/null
ceph-mon --mkfs -i a --monmap "$D/monmap" "${as_me[@]}"
ceph-mon -f -i a "${as_me[@]}" >"$D/log/mon.out" 2>&1 &
echo $! >"$D/mon.pid"
for _ in $(seq 30); do timeout 5 ceph -s >/dev/null 2>&1 && break; sleep 0.5; done

OSD=$(cat /proc/sys/kernel/random/uuid)
ceph osd new "$OSD" >/dev/null
ceph-osd -i 0 --mkfs --osd-uuid "$OSD" "${as_me[@]}" >"$D/log/osd-mkfs.out" 2>&1
ceph osd crush add osd.0 1 host=h root=default >/dev/null 2>&1
ceph-osd -f -i 0 "${as_me[@]}" >"$D/log/osd.out" 2>&1 &
echo $! >"$D/osd.pid"
for _ in $(seq 40); do ceph osd stat 2>/dev/null | grep -q '1 up' && break; sleep 0.5; done

radosgw -f -n client.rgw "${as_me[@]}" --rgw-frontends="beast endpoint=127.0.0.1:$PORT" >"$D/log/rgw.out" 2>&1 &
echo $! >"$D/rgw.pid"
for _ in $(seq 120); do (: >"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null && break; sleep 0.5; done

admin() { radosgw-admin -n client.rgw "$@" >>"$D/log/admin.out" 2>&1; }
admin user create --uid=u --display-name=u --access-key="$AWS_ACCESS_KEY_ID" --secret="$AWS_SECRET_ACCESS_KEY"
admin caps add --uid=u --caps='roles=*'
admin role create --role-name=r1 --path=/ --assume-role-policy-doc='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam:::user/u"]},"Action":["sts:AssumeRole"]}]}'
admin role-policy put --role-name=r1 --policy-name=p --policy-doc='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*"],"Resource":"*"}]}'
echo up
