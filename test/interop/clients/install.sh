#!/bin/bash
# Installs the clients that the tests in this folder run: Debian's packages system-wide (as root), npm packages and
# a built minio-go program into a cache folder outside the repository. Prints one line for what it could not install;
# the tests then say which clients did not run. Run it once: bash test/interop/clients/install.sh
here=$(cd "$(dirname "$0")" && pwd)
cache=${COUNTERSIGN_INTEROP_CACHE:-${TMPDIR:-/tmp}/countersign-interop}
mkdir -p "$cache"
export DEBIAN_FRONTEND=noninteractive

if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  # Another apt may be at work: wait for it. The lists have a lock of their own, for which apt does not wait.
  apt="apt-get -qq -o DPkg::Lock::Timeout=600"
  for try in 1 2 3 4 5 6; do
    $apt update && break
    [ $try = 6 ] && echo "not updated: the lists of Debian packages"
    sleep 10
  done
  # One at a time, so that one that is missing does not take the others with it.
  for package in python3-boto3 awscli s3cmd rclone restic s3fs ruby-fog-aws \
    golang-go golang-github-minio-minio-go-v7-dev radosgw ceph-mon ceph-osd; do
    $apt install -y --no-install-recommends "$package" >"$cache/apt-$package.log" 2>&1 ||
      echo "not installed: $package (see $cache/apt-$package.log)"
  done
else
  echo "not installed: Debian packages (needs apt-get and root)"
fi

mkdir -p "$cache/npm"
[ -f "$cache/npm/package.json" ] || echo '{ "private": true }' >"$cache/npm/package.json"
npm install --prefix "$cache/npm" --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error \
  @aws-sdk/client-s3@3.1169.0 @aws-sdk/lib-storage@3.1169.0 minio@8.0.7 >"$cache/npm.log" 2>&1 ||
  echo "not installed: @aws-sdk/client-s3, minio (see $cache/npm.log)"

if command -v go >/dev/null; then
  # Debian's Go libraries lie in a GOPATH of their own.
  GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$cache/go-build" go build -o "$cache/minio-go-client" \
    "$here/drivers/minio-go.go" >"$cache/go.log" 2>&1 || echo "not built: minio-go client (see $cache/go.log)"
fi
echo "clients are in $cache"
