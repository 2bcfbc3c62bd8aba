#!/usr/bin/env bash
# What a newcomer does, as written: a fresh clone in a temporary folder, an empty HOME, no data beside it, and in it the commands
# of README.md, `npm run docs` and the tests of what it built, and every `npx` command that a page names.
#
#   tests/newcomer/run.sh [--native] [--data FOLDER] [20 22 24]
#
# The numbers are Node's versions, each from npm's `node` package; without one, the Node that is there. --native builds tfjs-node
# before the tests, into DIFF_CACHE; --data runs the tests that need real data too, after the others. The last line counts the
# tests of all runs together, and each other step as one.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
native='' data='' versions=()
while [ $# -gt 0 ]; do
  case $1 in
    --native) native=yes ;;
    --data) data=$(cd "$2" && pwd) || exit 2; shift ;;
    *) versions+=("$1") ;;
  esac
  shift
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DIFF_CACHE=${DIFF_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/diff}
unset DIFF_DATA DIFF_BACKEND XDG_CACHE_HOME

passed=0 failed=0 skipped=0
broken=()
summary='^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$'

# Runs a command in the clone, and counts what it says of its tests, or itself.
step() {
  local code line
  echo "+ $1"
  (cd "$clone" && bash -o pipefail -c "$1") 2>&1 | tee "$work/log"
  code=${PIPESTATUS[0]}
  line=$(grep -E "$summary" "$work/log" | tail -n 1)
  if [[ $line =~ $summary ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2])) skipped=$((skipped + BASH_REMATCH[3]))
    [ "$code" = 0 ] || [ "${BASH_REMATCH[2]}" != 0 ] || failed=$((failed + 1))
  elif [ "$code" = 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
  fi
  [ "$code" = 0 ] || broken+=("$(node --version): $1" "$(grep '^failed: ' "$work/log" | sed 's/^failed: /  /')")
}

newcomer() {
  clone=$work/$1/diff
  export HOME=$work/$1/home
  mkdir -p "$HOME"
  git clone --quiet "$root" "$clone" || exit 1
  cd "$clone" || exit 1

  local commands command
  mapfile -t commands < <(sed -n 's/^\(npm ci && [^#]*[^# ]\) *\(#.*\)\{0,1\}$/\1/p' README.md)
  [ ${#commands[@]} = 2 ] || { echo "README.md names ${#commands[@]} commands, expected 2"; exit 1; }
  for command in "${commands[@]}"; do
    if [ -n "$native" ] && [[ $command == *'npm test'* ]] && npx turbo run build --filter=@diff/backend; then
      HOME=$home timeout 600 npx -p @diff/backend diff-native install || echo 'tfjs-node could not be built: the engine suite will skip it'
    fi
    step "$command"
  done
  step 'npm run docs'
  step 'npx vitest run tests/browser/site.test.ts'
  # The short form of the torture suite, in a minute or two.
  step 'DIFF_LONG=1 npx vitest run tests/torture/torture.test.ts'
  # Offline, so that npx cannot fetch what somebody else has published under such a name.
  while read -r command; do step "npm_config_offline=true $command --help"; done < <(
    grep -rhoE 'npx (-p @diff/[a-z-]+ )?diff-[a-z]+( [a-z][a-z-]*)?' --include='*.md' --exclude-dir=node_modules README.md docs packages | sort -u
  )
  step 'npm_config_offline=true npx -p @diff/backend diff-native doctor'
  step 'git status --porcelain | grep . && exit 1 || echo "nothing is left behind"'
  [ -z "$data" ] || step "DIFF_DATA='$data' npx vitest run $(grep -rlE 'DIFF_DATA|data-folder' --include='*.test.ts' packages/*/src examples/*/src tests | tr '\n' ' ')"
}

home=$HOME path=$PATH
for version in "${versions[@]:-$(node -p 'process.versions.node.split(".")[0]')}"; do
  HOME=$home PATH=$path
  if [ "$(node -p 'process.versions.node.split(".")[0]')" != "$version" ]; then
    npm install --silent --no-audit --no-fund --prefix "$work/node-$version" "node@$version" || exit 1
    PATH=$work/node-$version/node_modules/node/bin:$PATH
  fi
  echo "Node $(node --version), npm $(npm --version)"
  newcomer "$version"
done

[ ${#broken[@]} = 0 ] || printf 'failed: %s\n%s\n' "${broken[@]}"
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
