#!/bin/sh
# What a bandwidth verdict costs, beside iperf3 on the same link in the same run: time and bytes are printed, not judged.
# Needs root, iproute2 and iperf3. Makes three network namespaces, client - router - server, and removes them.
#   benches/capacity.sh [RATE_KBIT]...
set -eu
cd "$(dirname "$0")/.."
program=$(cargo bench --no-run --bench capacity 2>&1 | sed -n 's/.*Executable .*(\(.*\)).*/\1/p')
[ -x "$program" ] || { echo "the bench program was not built" >&2; exit 1; }
n=mrbench$$
cleanup() {
    for pid in ${pids:-}; do kill "$pid" 2>/dev/null || true; done
    for ns in c r s; do ip netns del "$n$ns" 2>/dev/null || true; done
}
trap cleanup EXIT INT TERM
for ns in c r s; do ip netns add "$n$ns"; ip -n "$n$ns" link set lo up; done
ip link add e0 netns "${n}c" type veth peer name tc netns "${n}r"
ip link add ts netns "${n}r" type veth peer name e0 netns "${n}s"
# Super-packets would sit in a small queue as one.
for link in "c e0" "r tc" "r ts" "s e0"; do
    set -- $link "$@"
    ip -n "$n$1" link set "$2" up gso_max_segs 1
    shift 2
done
ip -n "${n}c" addr add 192.0.2.2/24 dev e0
ip -n "${n}r" addr add 192.0.2.1/24 dev tc
ip -n "${n}r" addr add 198.51.100.1/24 dev ts
ip -n "${n}s" addr add 198.51.100.2/24 dev e0
ip -n "${n}c" route add default via 192.0.2.1
ip -n "${n}s" route add default via 198.51.100.1
ip netns exec "${n}r" sysctl -qw net.ipv4.ip_forward=1
out=$(mktemp)
ip netns exec "${n}s" "$program" reflect 198.51.100.2:7443 >"$out" & pids=$!
ip netns exec "${n}s" iperf3 -s >/dev/null 2>&1 & pids="$pids $!"
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -s "$out" ] && break; sleep 0.2; done
url=$(cat "$out"); rm -f "$out"
client() { ip netns exec "${n}c" "$@"; }
for rate in "${@:-600 1200 3000 3800 6000}"; do for kbit in $rate; do
    for dev in ts tc; do
        ip netns exec "${n}r" tc qdisc replace dev $dev root tbf rate "${kbit}kbit" burst 16k latency 200ms
    done
    echo "# $kbit kbit/s"
    client "$program" measure "$url" up "$kbit" | sed 's/^/meetready up /' | cut -c1-240
    client "$program" measure "$url" down "$kbit" | sed 's/^/meetready down /' | cut -c1-240
    client iperf3 -c 198.51.100.2 -t 10 -f k | sed -n 's/.*sec *\(.*receiver\)/iperf3 up 10 s \1/p'
    client iperf3 -c 198.51.100.2 -t 10 -R -f k | sed -n 's/.*sec *\(.*receiver\)/iperf3 down 10 s \1/p'
done; done
