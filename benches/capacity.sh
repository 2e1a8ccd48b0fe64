#!/bin/sh
# What a bandwidth verdict costs, beside iperf3 on the same link in the same run: time and bytes are printed, not judged.
# Needs root, iproute2 and iperf3. Makes three network namespaces, client - router - server, and removes them.
# Every threshold is measured on lines at shares of it, with every bucket, so many times; wrong is a pass below it or a
# failure above it.
#   benches/capacity.sh [TRIALS [THRESHOLDS [SHARES [BURSTS]]]]     kbit/s, percent, bytes
#   benches/capacity.sh 50                                           the whole grid: hours
#   benches/capacity.sh 2 "600 3800" "90 110" "1600 64000"           minutes
set -eu
trials=${1:-1}
thresholds=${2:-600 1200 3000 3800 6000}
shares=${3:-75 90 95 98 102 105 110 125}
bursts=${4:-1600 16000 64000}
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
shape() { # KBIT_AT_IP BURST
    for dev in ts tc; do
        # The shaper counts the Ethernet header: 1,214 bytes of each packet of 1,200.
        ip netns exec "${n}r" tc qdisc replace dev $dev root tbf rate "$(($1 * 1214 / 1200))kbit" burst "$2" latency 200ms
    done
}
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([a-z0-9.]*\).*/\1/p"; }
median() { sort -n | awk '{ v[NR] = $1 } END { print NR ? v[int((NR + 1) / 2)] : "-" }'; }

echo "# verdicts: threshold kbit/s, line as a share of it, bucket: right wrong unclear, median seconds, median kB"
all=$(mktemp)
for need in $thresholds; do for share in $shares; do for burst in $bursts; do
    shape $((need * share / 100)) "$burst"
    cell=$(mktemp)
    for trial in $(seq "$trials"); do
        way=up; [ $((trial % 2)) = 0 ] && way=down
        line=$(client nice -n -15 "$program" measure "$url" $way "$need")
        echo "$share $(echo "$line" | field aa_verdict) $(echo "$line" | field aa_seconds) $(echo "$line" | field aa_bytes)"
    done >"$cell"
    awk -v need="$need" -v share="$share" -v burst="$burst" '{
        truth = share >= 100 ? "pass" : "fail"
        if ($2 == truth) right++; else if ($2 == "unclear") unclear++; else wrong++ }
        END { printf "%d %d%% %s: %d right %d wrong %d unclear", need, share, burst, right, wrong, unclear }' "$cell"
    echo ", $(awk '{ print $3 }' "$cell" | median) s, $(awk '{ print int($4 / 1000) }' "$cell" | median) kB"
    cat "$cell" >>"$all"; rm -f "$cell"
done; done; done
awk '{
    truth = $1 >= 100 ? "pass" : "fail"; far = $1 <= 95 || $1 >= 105; n++
    if (far) total++; if (far && $2 == "unclear") unclear++; if (far && $2 != "unclear" && $2 != truth) wrong++
    if (!far && $2 != "unclear" && $2 != truth) near++ }
    END { printf "all: %d trials, %d of them 5 %% or more off: %d wrong, %d unclear; nearer: %d wrong\n", n, total, wrong, unclear, near }' "$all"
echo "all: median $(awk '{ print $3 }' "$all" | median) s, $(awk '{ print int($4 / 1000) }' "$all" | median) kB"
rm -f "$all"

echo "# iperf3, 10 s of TCP on a line of each threshold: kB sent"
for need in $thresholds; do
    shape "$need" 16000
    client iperf3 -c 198.51.100.2 -t 10 -f k | sed -n "s/.*sec *\(.*receiver\)/$need: \1/p"
done

echo "# pacing: lateness of departures, microseconds"
for packets in 50 600; do
    echo "$packets a second, meetready: $(client nice -n -15 "$program" pace $packets)"
    if command -v irtt >/dev/null; then
        ip netns exec "${n}c" irtt server -b 127.0.0.1:2112 >/dev/null 2>&1 & irtt=$!
        sleep 0.5
        client nice -n -15 irtt client -i "$((1000000 / packets))us" -l 1172 -d 4s 127.0.0.1:2112 2>/dev/null |
            sed -n "s/^ *timer error/$packets a second, irtt (min mean max stddev): /p"
        kill $irtt 2>/dev/null || true
    fi
done
