#!/bin/sh
# Gives an engine beside the main one a network of its own and directories of its own where the main one uses the
# machine's, and becomes namespace.sh there. All of it ends with the network and mount namespace that this runs in.
# usage: instance.sh INTERFACE HOST-ADDRESS ADDRESS PREFIX-LENGTH PORT REGISTRY REGISTRY-PORT machine|registry \
#        SCRIPT DIRECTORY VIEW ARGUMENTS-OF-NAMESPACE.SH-AFTER-STATE...
#   file descriptor 3: the machine's network namespace
set -eu
interface=$1 host=$2 address=$3 length=$4 port=$5 registry=$6 registry_port=$7 reach=$8
shift 8
script=$1 directory=$2 view=$3
shift 3

ip link add eth0 type veth peer name "$interface" netns /proc/self/fd/3
on_machine() { nsenter --net=/proc/self/fd/3 -- ip "$@"; }
# Up before it has its address: that comes with the route, so that no packet for the engine takes the default one.
on_machine link set "$interface" up
on_machine address add "$host/$length" dev "$interface"
# No container inherits a way into the machine's network.
exec 3<&-

ip link set lo up
if [ "$reach" = machine ]; then
  ip address add "$address/$length" dev eth0
  ip link set eth0 up
  ip route add default via "$host"
else
  # There is no route but to the registry's port, and for answers to clients: everything else is unreachable.
  ip address add "$address/32" dev eth0
  ip link set eth0 up
  ip route add default via "$host" dev eth0 onlink table 100
  ip rule add to "$registry" ipproto tcp dport "$registry_port" lookup 100
  ip rule add from "$address" ipproto tcp sport "$port" lookup 100
fi
echo 1 >/proc/sys/net/ipv4/ip_forward

# The machine's own /run and /var/lib stay as they are: what removes an empty directory there takes away what another
# namespace has mounted on it.
mount -t tmpfs -o mode=755 tmpfs /run
mkdir "$view" /run/state /run/lib /run/lib/upper /run/lib/work
# The engine was built to find its parts there.
ln -s "$view" /run/signalbox
mount --bind "$directory" /run/state
mount -t overlay -o "lowerdir=/var/lib,upperdir=/run/lib/upper,workdir=/run/lib/work" overlay /var/lib

exec sh "$script" "$view" /run/state/root "$@"
