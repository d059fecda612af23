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

version=$("$java" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p' | head -n 1)
major=${version#1.}
major=${major%%[!0-9]*}
[ -n "$major" ] || fail "$java does not tell its version; a JDK 17 or newer is needed"
[ "$major" -ge 17 ] || fail "Java 17 or newer is needed; $java is version $version"

# stale FOLDER MODULE...: whether target/built is missing there or older than a source of the modules
stale() {
  local built=$home/$1/target/built module
  shift
  [ -e "$built" ] || return 0
  for module in "$@"; do
    [ -z "$(find "$home/$module/pom.xml" "$home/$module/src/main" -newer "$built" -print 2>/dev/null | head -n 1)" ] ||
      return 0
  done
  [ "$home/pom.xml" -nt "$built" ]
}

# build FOLDER REASON: packages a module and those it needs, without their tests
build() {
  local folder=$1 reason=$2 mvn log
  mvn=$(command -v mvn) || fail "no mvn found; Maven 3.8 or newer builds the command on first use"
  # A java of a run-time alone can't compile; Maven's own message for it names no remedy.
  case $("$java" --list-modules 2>/dev/null) in
    *jdk.compiler*) ;;
    *) fail "$java has no compiler; a JDK 17 or newer builds the command on first use" ;;
  esac
  printf '%s: %s\n' "$name" "$reason" >&2
  rm -rf "$home/$folder/target/lib"
  mkdir -p "$home/$folder/target"
  log=$home/$folder/target/build.log
  # The stamp is as old as the start of the build: what changes meanwhile is built next time.
  touch "$home/$folder/target/building"
  if ! "$mvn" -B -q -f "$home/pom.xml" -pl "$folder" -am -Dquick -DskipTests package >"$log" 2>&1 </dev/null; then
    grep -m 8 'ERROR' "$log" >&2 || tail -n 8 "$log" >&2
    fail "the build failed; its whole output is in $log"
  fi
  mv "$home/$folder/target/building" "$home/$folder/target/built"
}
