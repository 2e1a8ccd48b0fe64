#!/usr/bin/env bash
# What a run costs, beside inxi on the same machine in the same run. Prints figures, asserts nothing.
#   usage: benches/startup.sh [runs]        needs: cargo, python3; inxi and hyperfine where installed
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-20}
cargo build --release --quiet
bin=target/release/meetready

measure() { # label, command...: median wall time and peak memory over $runs runs
  python3 - "$runs" "$@" <<'PY'
import os, statistics, subprocess, sys, time
runs, label, *command = sys.argv[1:]
times, peaks = [], []
for _ in range(int(runs) + 1):
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    times.append((time.perf_counter() - start) * 1e3)
    peaks.append(usage.ru_maxrss / 1024)
times, peaks = times[1:], peaks[1:]  # the first run warms the caches
print(f"{label:42} median {statistics.median(times):8.1f} ms   worst {max(times):8.1f} ms   peak {max(peaks):6.1f} MiB")
PY
}

echo "binary size: $(stat -c %s "$bin" | awk '{printf "%.1f MiB", $1/1048576}')"
windows=target/x86_64-pc-windows-gnu/release/meetready.exe
[ -f "$windows" ] && echo "binary size, Windows: $(stat -c %s "$windows" | awk '{printf "%.1f MiB", $1/1048576}')"
measure "meetready check --no-network" "$bin" check --no-network --quiet
if command -v inxi >/dev/null; then measure "inxi -Fxz" inxi -Fxz; else echo "inxi is not installed: no comparison"; fi
runs=1
measure "meetready check --reflector self, all products" "$bin" check --reflector self --quiet \
  --for meetings --for rooms:3-screens --for rooms-controller:windows --for phone --for contact-center --for webinars:panelist
