#!/bin/bash
# The same three questions to the command, to `bgpdump -m | grep`, and to bgpkit-parser's filters: seconds of processor time, the least
# of the rounds. Every answer must have as many lines.
#   filters.sh ROUTEGLASS VISIT FILE ORIGIN COMMUNITY PREFIX
# ROUTEGLASS is the command, VISIT the program in `visit`, FILE an uncompressed table with ORIGIN, COMMUNITY and PREFIX in it; ROUNDS (3).
set -eu -o pipefail
routeglass=$1; visit=$2; file=$3; origin=$4; community=$5; prefix=$6
TIMEFORMAT='%U %S'

# Processor time of a command, whose output has the number of lines that is expected.
timed() {
  local expected=$1 taken; shift
  taken=$({ time "$@" >"$answer"; } 2>&1)
  if [ "$(cat "$answer")" != "$expected" ]; then
    echo "$*: $(cat "$answer") lines, not $expected" >&2
    exit 1
  fi
  awk '{ print $1 + $2 }' <<<"$taken"
}
ours() { "$routeglass" dump --quiet --threads 1 "$@" "$file" | wc -l; }
lines() { bgpdump -m "$file" 2>/dev/null | grep -cE "$1"; }

answer=$(mktemp); trap 'rm -f "$answer"' EXIT
for question in "--origin $origin" "--community $community" "--prefix $prefix"; do
  key=${question%% *}; value=${question#* }
  case $key in
    --origin) pattern="^([^|]*\\|){6}([^|]* )?$value\\|" ;;
    --community) pattern="^([^|]*\\|){11}([^|]* )?$value[ |]" ;;
    --prefix) pattern="^([^|]*\\|){5}$value\\|" ;;
  esac
  pattern=${pattern//./\\.}
  expected=$(ours "$key" "$value")
  best=; other=
  for _ in $(seq "${ROUNDS:-3}"); do
    time=$(timed "$expected" ours "$key" "$value"); best=$(printf '%s\n' $best "$time" | sort -g | head -1)
    time=$(timed "$expected" lines "$pattern"); other=$(printf '%s\n' $other "$time" | sort -g | head -1)
  done
  echo "$key $value: $expected lines; dump $best s, bgpdump -m | grep $other s"
done
"$visit" filter "$file" "${ROUNDS:-3}" "origin $origin" "community $community" "prefix $prefix"
