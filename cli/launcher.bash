# What ./polymath and ./polymath-bench have in common: they source it with the variables `name`, for messages, and
# `home`, the project's folder. It finds java, checks its version and defines `stale` and `build`.

fail() {
  printf '%s: %s\n' "$name" "$1" >&2
  exit 1
}

if [ -n "${JAVA_HOME:-}" ]; then
  java=$JAVA_HOME/bin/java
  [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, where there is no bin/java; install a JDK 17 or newer, or correct JAVA_HOME"
else
  java=$(command -v java) || fail "no java found; install a JDK 17 or newer, or set JAVA_HOME"
fi

# The file `release` of a JDK tells what it is without a start of it. Where there is none, it is asked.
java_home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$java")")")}
release() {
  local line
  [ -r "$java_home/release" ] || return 0
  while IFS= read -r line; do
    case $line in
      "$1=\""*)
        line=${line#*\"}
        printf '%s\n' "${line%%\"*}"
        return
        ;;
    esac
  done <"$java_home/release"
}

ask_java() {
  local answer
  if ! answer=$("$java" "$1" 2>&1); then
    printf '%s\n' "$answer" >&2
    fail "$java can't be started; a JDK 17 or newer is needed"
  fi
  printf '%s\n' "$answer"
}

version=$(release JAVA_VERSION)
if [ -z "$version" ]; then
  version=$(ask_java -version) || exit 1
  version=$(sed -n 's/^[a-z]* *version "\([^"]*\)".*/\1/p' <<<"$version" | head -n 1)
fi
major=${version#1.}
major=${major%%[!0-9]*}
[ -n "$major" ] || fail "$java does not tell its version; a JDK 17 or newer is needed"
[ "$major" -ge 17 ] || fail "Java 17 or newer is needed; $java is version $version"

# stale FOLDER MODULE...: whether target/built is missing there or older than a source of the modules
stale() {
  asked=("$@")
  local built=$home/$1/target/built module sources
  shift
  [ -e "$built" ] || return 0
  sources=("$home/pom.xml")
  for module in "$@"; do
    sources+=("$home/$module/pom.xml" "$home/$module/src/main")
  done
  [ -n "$(find "${sources[@]}" -newer "$built" -print 2>/dev/null | head -n 1)" ]
}

# lock, unlock: one build at a time, for builds share folders. The lock goes with its owner, also where that is killed.
lock() {
  local owner said=
  mkdir -p "$home/target"
  if command -v flock >/dev/null; then
    exec 9>"$home/target/build.lock"
    flock -n 9 || { waiting && flock 9; }
    return
  fi
  until (set -C && printf '%s\n' $$ >"$home/target/build.pid") 2>/dev/null; do
    owner=$(cat "$home/target/build.pid" 2>/dev/null || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      rm -f "$home/target/build.pid"
      continue
    fi
    [ -n "$said" ] || waiting
    said=yes
    sleep 1
  done
  trap 'rm -f "$home/target/build.pid"' EXIT
}

waiting() {
  printf '%s: %s\n' "$name" "waiting for another build to end ..." >&2
}

unlock() {
  if command -v flock >/dev/null; then
    exec 9>&-
  else
    rm -f "$home/target/build.pid"
    trap - EXIT
  fi
}

# build FOLDER REASON: packages a module and those it needs, without their tests
build() {
  local folder=$1 reason=$2 mvn modules log
  mvn=$(command -v mvn) || fail "no mvn found; Maven 3.8 or newer builds the command on first use"
  # A java of a run-time alone can't compile; Maven's own message for it names no remedy.
  modules=$(release MODULES)
  [ -n "$modules" ] || modules=$(ask_java --list-modules) || exit 1
  case $modules in
    *jdk.compiler*) ;;
    *) fail "$java has no compiler; a JDK 17 or newer builds the command on first use" ;;
  esac
  lock
  # Another may have built meanwhile what was asked for.
  if ! stale "${asked[@]}"; then
    unlock
    return
  fi
  printf '%s: %s\n' "$name" "$reason" >&2
  rm -rf "$home/$folder/target/lib"
  mkdir -p "$home/$folder/target"
  log=$home/$folder/target/build.log
  # The stamp is as old as the start of the build: what changes meanwhile is built next time.
  touch "$home/$folder/target/building"
  if ! "$mvn" -B -q -f "$home/pom.xml" -pl "$folder" -am -Dquick -DskipTests package >"$log" 2>&1 </dev/null 9>&-; then
    grep -m 8 'ERROR' "$log" >&2 || tail -n 8 "$log" >&2
    fail "the build failed; its whole output is in $log"
  fi
  mv "$home/$folder/target/building" "$home/$folder/target/built"
  unlock
}
