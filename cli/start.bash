# How ./polymath starts the JVM sooner: it sources this file with the variables of cli/launcher.bash, the array `jars`,
# `classpath`, which names them, and `options`, those of every JVM. The array `start` holds the options that `choose_start` adds for one command.
#
# The JVM can keep classes that it has loaded and checked in an archive (CDS), and from JDK 25 on what it has learned of
# their code as well (JEP 514 and 515). One is made in the background after the first command has ended, and again when a
# jar or the JDK has changed. Where it can't be made, commands start as they did before. POLYMATH_ARCHIVE=off keeps the
# launcher from making and using one.

kept=$home/cli/target/start
archive=${java_home//[!A-Za-z0-9]/_}
[ ${#archive} -le 100 ] || archive=${archive: -100}
archive=$kept/$archive-$version

# What an archive is made of, and what it is itself. The JVM refuses one that does not fit its jars, but then nobody would
# make another; and one that is broken it does not always refuse.
contents() {
  printf '%s %s\n' "$java_home" "$version"
  LC_ALL=C TZ=UTC ls -lLn "$archive" "$java_home/release" "${jars[@]}" 2>/dev/null || true
}

# is_of FILE: whether the file says what `contents` says now
is_of() {
  local known=
  [ -r "$1" ] || return 1
  IFS= read -r -d '' known <"$1" || true
  [ "$known" = "$made_of"$'\n' ]
}

has_archive() {
  [ -s "$archive" ] && is_of "$archive.of" && is_older_than "$archive.of" "$archive"
}

# is_older_than FILE OTHER...: whether no jar, and no other, has changed since
is_older_than() {
  local file=$1 other
  shift
  for other in "$@" "${jars[@]}"; do
    [ ! "$other" -nt "$file" ] || return 1
  done
}

# with_archive FILE: the options that use it; nothing is said where the JVM can't
with_archive() {
  if [ "$major" -ge 25 ]; then
    start=("-XX:AOTCache=$1" "-Xlog:aot*=off" "-Xlog:cds*=off")
  else
    start=("-XX:SharedArchiveFile=$1" -Xshare:auto "-Xlog:cds*=off")
  fi
}

# The compiler that optimises (C2) takes more time than a short command has to give. Without it products with
# the vector module are slower by far, so that a command may only compute little.
is_short() {
  local argument name file=
  case ${1:-} in
    '' | -* | help | completion | export | import) return 0 ;;
    predict) ;;
    *)
      for argument in "$@"; do
        [ "$argument" != --help ] || return 0
      done
      return 1
      ;;
  esac
  shift
  # A few pictures: a model of at most 1 MB, and then files of that size.
  [ $# -le 12 ] || return 1
  local files=()
  for argument in "$@"; do
    name=$argument
    case $argument in
      --help) return 0 ;;
      -?*) continue ;;
      [!/]*) name=./$argument ;;
    esac
    if [ -f "$name" ]; then
      case $file,$argument in
        ,* | *.png | *.PNG | *.jpg | *.JPG | *.jpeg | *.JPEG | *.gif | *.bmp) files+=("$name") ;;
        *) return 1 ;;
      esac
      file=$name
    elif [ "$argument" = - ] || [ -e "$name" ]; then
      return 1
    fi
  done
  [ ${#files[@]} -gt 1 ] && [ -z "$(find -L "${files[@]}" -size +2048 2>/dev/null)" ]
}

# choose_start ARGUMENT...: sets `start`
choose_start() {
  start=(-Xshare:auto)
  # Who names an archive gets that one.
  case "${POLYMATH_ARCHIVE:-} ${POLYMATH_JAVA_OPTS:-} ${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-}" in
    off* | *AOT* | *Share*) ;;
    *)
      made_of=$(contents)
      if has_archive; then
        with_archive "$archive"
      elif ! is_of "$archive.failed"; then
        make_archive_later
      fi
      ;;
  esac
  ! is_short "$@" || start+=(-XX:TieredStopAtLevel=1)
}

# Makes the archive after this command, which will be a JVM under the number of this shell.
make_archive_later() {
  mkdir -p "$kept" 2>/dev/null && [ -w "$kept" ] || return 0
  (
    trap '' HUP INT QUIT
    set +e
    pause=0.1
    while kill -0 $$ 2>/dev/null; do
      sleep $pause
      pause=1
    done
    make_archive
  ) </dev/null >/dev/null 2>&1 3>&1 &
}

# Nobody sees an archive before it is whole, and two never make one at the same time.
make_archive() {
  if ! mkdir "$archive.lock"; then
    # The lock of one that was killed is of no use to anyone.
    [ -z "$(find "$archive.lock" -prune -mmin +60)" ] || rmdir "$archive.lock"
    return
  fi
  trap 'rm -f "$archive.new"*; rmdir "$archive.lock"' EXIT
  made_of=$(contents)
  if has_archive || is_of "$archive.failed"; then
    return
  fi
  rm -f "$archive" "$archive.of" "$archive.failed"
  made_of=$(contents)
  printf '%s\n' "$made_of" >"$archive.new.begun"
  if record "$archive.new" && [ -s "$archive.new" ] && works "$archive.new" &&
    [ "$(contents)" = "$made_of" ] && is_older_than "$archive.new.begun"; then
    mv -f "$archive.new" "$archive"
    contents >"$archive.new.of"
    mv -f "$archive.new.of" "$archive.of"
  else
    mv -f "$archive.new.begun" "$archive.failed"
  fi
}

record() {
  if [ "$major" -ge 25 ]; then
    nice -n 10 "$java" "${options[@]}" "-XX:AOTCacheOutput=$1" -cp "$classpath" dev.polymath.cli.Rehearsal
  else
    nice -n 10 "$java" "${options[@]}" "-XX:DumpLoadedClassList=$1.classes" -cp "$classpath" \
      dev.polymath.cli.Rehearsal &&
      nice -n 10 "$java" "${options[@]}" -Xshare:dump "-XX:SharedClassListFile=$1.classes" \
        "-XX:SharedArchiveFile=$1" -cp "$classpath"
  fi
}

works() {
  with_archive "$1"
  nice -n 10 "$java" "${options[@]}" "${start[@]}" -cp "$classpath" dev.polymath.cli.Main --version
}
