@echo off
rem Runs the polymath command on Windows; builds it first where that has not been done or a source is newer.
rem The shell's launcher, polymath, is its twin: a change to one is a change to both.
rem polymath-bench.cmd comes by here too, with pm_bench set: its twin is polymath-bench.
setlocal EnableExtensions DisableDelayedExpansion

rem The folder of this script, without the backslash at its end.
set "pm_here=%~dp0"
set "pm_here=%pm_here:~0,-1%"

if "%JAVA_HOME%"=="" goto java_on_path
set "pm_java=%JAVA_HOME%\bin\java.exe"
if exist "%pm_java%" goto java_found
set "pm_message=JAVA_HOME is %JAVA_HOME%, where there is no bin\java.exe; install a JDK 17 or newer, or correct JAVA_HOME"
goto fail

:java_on_path
set "pm_java="
for %%j in (java.exe) do set "pm_java=%%~$PATH:j"
if defined pm_java goto java_found
set "pm_message=no java found; install a JDK 17 or newer, or set JAVA_HOME"
goto fail

rem The version by way of a file: cmd can't quote the path of a program inside for /f.
:java_found
set "pm_version="
set "pm_major="
set "pm_number="
for %%r in ("%pm_java%\..\..\release") do set "pm_release=%%~fr"
set "pm_scratch=%TEMP%\polymath-%RANDOM%%RANDOM%.txt"
if exist "%pm_release%" goto version_known
"%pm_java%" -version >"%pm_scratch%" 2>&1
if not errorlevel 1 goto version_said
>&2 type "%pm_scratch%"
del "%pm_scratch%" 2>nul
set "pm_message=%pm_java% can't be started; a JDK 17 or newer is needed"
goto fail

rem The file release of a JDK tells what it is without a start of it.
:version_known
for /f "usebackq tokens=1,2 delims==" %%a in ("%pm_release%") do if "%%a"=="JAVA_VERSION" if not defined pm_version set "pm_version=%%~b"
goto version_read

:version_said
for /f "usebackq tokens=2,3" %%a in ("%pm_scratch%") do if "%%a"=="version" if not defined pm_version set "pm_version=%%~b"
del "%pm_scratch%" 2>nul
:version_read
if not defined pm_version goto no_version
set "pm_major=%pm_version%"
if "%pm_major:~0,2%"=="1." set "pm_major=%pm_major:~2%"
for /f "delims=.-+_" %%m in ("%pm_major%") do set "pm_major=%%m"
set /a pm_number=pm_major 2>nul
if not "%pm_number%"=="%pm_major%" goto no_version
if %pm_number% geq 17 goto version_ok
set "pm_message=Java 17 or newer is needed; %pm_java% is version %pm_version%"
goto fail

:no_version
set "pm_message=%pm_java% does not tell its version; a JDK 17 or newer is needed"
goto fail

:version_ok
if defined pm_make goto make_archive
if defined pm_bench goto bench
set "pm_folder=cli"
set "pm_modules=api backend-arrays backend-ejml models report cli"
set "pm_reason=building the command (on first use, or because a source has changed) ..."
call :build_if_stale
if errorlevel 1 exit /b 1

rem ND4J and its native libraries are fetched when they are asked for, not by the first run.
rem To cmd an equals sign parts arguments as a space does: --backend=nd4j is two of them here.
set "pm_nd4j="
set "pm_serve="
if "%~1"=="serve" set "pm_serve=asked"
if "%~1"=="help" if "%~2"=="serve" set "pm_serve=asked"
:scan
if [%1]==[] goto scanned
if "%~2"=="nd4j" if "%~1"=="--backend" set "pm_nd4j=asked"
if "%~2"=="nd4j" if "%~1"=="--install" set "pm_nd4j=asked"
shift /1
goto scan
:scanned
if not defined pm_nd4j goto server
set "pm_folder=backend-nd4j"
set "pm_modules=api backend-nd4j"
set "pm_reason=fetching ND4J with its native library (once, about 130 MB; it unpacks another 400 MB when it first starts) ..."
call :build_if_stale
if errorlevel 1 exit /b 1

rem So are the libraries of the server.
:server
if not defined pm_serve goto run
set "pm_folder=server"
set "pm_modules=api backend-arrays backend-ejml models report cli server"
set "pm_reason=fetching the libraries of the server (once, about 6 MB), or building it again ..."
call :build_if_stale
if errorlevel 1 exit /b 1

:run
set "pm_classpath=%pm_here%\cli\target\lib\*"
if exist "%pm_here%\server\target\built" set "pm_classpath=%pm_classpath%;%pm_here%\server\target\lib\*"
if exist "%pm_here%\backend-nd4j\target\built" set "pm_classpath=%pm_classpath%;%pm_here%\backend-nd4j\target\lib\*"
rem Backends of somebody else, last: an archive of classes knows the path up to here.
if defined POLYMATH_CLASSPATH set "pm_classpath=%pm_classpath%;%POLYMATH_CLASSPATH%"

rem The vector module is what arrays-vector runs on; the next three options let ND4J's native code load
rem without warnings on a new JDK and are ignored by an old one. No console here is known to understand
rem the escapes of a moving bar, so none is promised.
set "pm_start=-Xshare:auto"
set "pm_make="
call :choose_start %1
"%pm_java%" ^
  --add-modules jdk.incubator.vector ^
  -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED ^
  -XX:+UseSerialGC -Dpolymath.terminal=false ^
  %pm_start% %POLYMATH_JAVA_OPTS% ^
  -cp "%pm_classpath%" dev.polymath.cli.Main %*
set "pm_code=%errorlevel%"
if defined pm_make start "" /b /low "%comspec%" /d /c call "%~f0" <nul >nul 2>&1
exit /b %pm_code%

rem An archive of classes, which cli\start.bash explains: it is made after the first command, by this script once more
rem with pm_make set. C2 is left out of commands that compute nothing.
:choose_start
if "%~1"=="" set "pm_short=yes"
for %%c in (--version -V --help -h help completion export import) do if "%~1"=="%%c" set "pm_short=yes"
call :choose_archive
if defined pm_short set "pm_start=%pm_start% -XX:TieredStopAtLevel=1"
exit /b 0

:choose_archive
if "%POLYMATH_ARCHIVE%"=="off" exit /b 0
set "pm_options=%POLYMATH_JAVA_OPTS% %JAVA_TOOL_OPTIONS% %JDK_JAVA_OPTIONS%"
set "pm_options=%pm_options:"=%"
if not "%pm_options:AOT=%"=="%pm_options%" exit /b 0
if not "%pm_options:Share=%"=="%pm_options%" exit /b 0
call :name_archive
if exist "%pm_archive%.of" fc /b "%pm_scratch%" "%pm_archive%.of" >nul 2>&1 && goto use_archive
if exist "%pm_archive%.failed" fc /b "%pm_scratch%" "%pm_archive%.failed" >nul 2>&1 && goto no_archive
set "pm_make=yes"
:no_archive
del "%pm_scratch%" 2>nul
exit /b 0

:use_archive
del "%pm_scratch%" 2>nul
call :with_archive "%pm_archive%"
exit /b 0

:with_archive
set pm_start=-XX:SharedArchiveFile="%~1" -Xshare:auto -Xlog:cds*=off
if %pm_number% geq 25 set pm_start=-XX:AOTCache="%~1" -Xlog:aot*=off -Xlog:cds*=off
exit /b 0

rem Writes what an archive would be made of to pm_scratch.
:name_archive
set "pm_name=%pm_java::=_%"
set "pm_name=%pm_name:\=_%"
set "pm_archive=%pm_here%\cli\target\start\%pm_name%-%pm_version%"
>"%pm_scratch%" echo %pm_version%
for %%f in ("%pm_here%\cli\target\lib\*.jar") do >>"%pm_scratch%" echo %%~nxf %%~zf %%~tf
if exist "%pm_here%\server\target\built" for %%f in ("%pm_here%\server\target\lib\*.jar") do >>"%pm_scratch%" echo %%~nxf %%~zf %%~tf
exit /b 0

rem The folder .lock keeps two from making it at the same time.
:make_archive
call :name_archive
if not exist "%pm_here%\cli\target\start" mkdir "%pm_here%\cli\target\start"
mkdir "%pm_archive%.lock" || exit /b 1
set "pm_classpath=%pm_here%\cli\target\lib\*"
if exist "%pm_here%\server\target\built" set "pm_classpath=%pm_classpath%;%pm_here%\server\target\lib\*"
set pm_options=--add-modules jdk.incubator.vector -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -Dpolymath.terminal=false
if %pm_number% geq 25 goto make_cache
"%pm_java%" %pm_options% -XX:DumpLoadedClassList="%pm_archive%.classes" -cp "%pm_classpath%" dev.polymath.cli.Rehearsal
if not errorlevel 1 "%pm_java%" %pm_options% -Xshare:dump -XX:SharedClassListFile="%pm_archive%.classes" -XX:SharedArchiveFile="%pm_archive%.new" -cp "%pm_classpath%"
goto made
:make_cache
"%pm_java%" %pm_options% -XX:AOTCacheOutput="%pm_archive%.new" -cp "%pm_classpath%" dev.polymath.cli.Rehearsal
:made
if errorlevel 1 goto not_made
call :with_archive "%pm_archive%.new"
"%pm_java%" %pm_options% %pm_start% -cp "%pm_classpath%" dev.polymath.cli.Main --version
if errorlevel 1 goto not_made
move /y "%pm_archive%.new" "%pm_archive%" && move /y "%pm_scratch%" "%pm_archive%.of"
if errorlevel 1 goto not_made
del "%pm_archive%.failed" 2>nul
goto unlock
:not_made
move /y "%pm_scratch%" "%pm_archive%.failed"
:unlock
del "%pm_archive%.new" "%pm_archive%.classes" "%pm_scratch%" 2>nul
rmdir "%pm_archive%.lock"
exit /b 0

rem The forks get their own flags from the benchmarks, and these options on top. POLYMATH_SOURCES tells where
rem the sources are, for the commit that a report names.
:bench
set "pm_folder=benchmarks"
set "pm_modules=api conformance backend-arrays backend-ejml backend-nd4j models report benchmarks"
set "pm_reason=building the benchmarks (on first use, or because a source has changed; ND4J is fetched once, about 130 MB) ..."
call :build_if_stale
if errorlevel 1 exit /b 1
set "POLYMATH_SOURCES=%pm_here%"
set "pm_classpath=%pm_here%\benchmarks\target\benchmarks.jar"
if defined POLYMATH_CLASSPATH set "pm_classpath=%pm_classpath%;%POLYMATH_CLASSPATH%"
"%pm_java%" --add-modules jdk.incubator.vector %POLYMATH_JAVA_OPTS% -cp "%pm_classpath%" dev.polymath.benchmarks.run.Main %*
exit /b %errorlevel%

rem Builds pm_folder if its target\built is missing, or older than a source of pm_modules.
rem PowerShell compares the times; where it can't run, what has been built is used.
:build_if_stale
if not exist "%pm_here%\%pm_folder%\target\built" goto build
powershell.exe -NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command ^
  "$here = $env:pm_here;" ^
  "$built = (Get-Item -LiteralPath (Join-Path $here ($env:pm_folder + '\target\built'))).LastWriteTimeUtc;" ^
  "$sources = @(Join-Path $here 'pom.xml');" ^
  "foreach ($module in $env:pm_modules.Split(' ')) {" ^
  "  $sources += Join-Path $here ($module + '\pom.xml');" ^
  "  $sources += Join-Path $here ($module + '\src\main') };" ^
  "$files = @(Get-Item -LiteralPath $sources -Force -ErrorAction SilentlyContinue);" ^
  "$files += @(Get-ChildItem -LiteralPath $sources -Recurse -Force -ErrorAction SilentlyContinue);" ^
  "if ($files | Where-Object { $_.LastWriteTimeUtc -gt $built }) { exit 3 }" <nul 2>nul
if "%errorlevel%"=="3" goto build
exit /b 0

:build
set "pm_mvn="
for %%m in (mvn.cmd) do set "pm_mvn=%%~$PATH:m"
if defined pm_mvn goto mvn_found
set "pm_message=no mvn found; Maven 3.8 or newer builds the command on first use"
goto fail

rem A java of a run-time alone can't compile; Maven's own message for it names no remedy.
:mvn_found
"%pm_java%" --list-modules 2>nul | findstr /c:"jdk.compiler" >nul
if not errorlevel 1 goto compiler_found
set "pm_message=%pm_java% has no compiler; a JDK 17 or newer builds the command on first use"
goto fail

:compiler_found
>&2 echo polymath: %pm_reason%
set "pm_target=%pm_here%\%pm_folder%\target"
if exist "%pm_target%\lib" rmdir /s /q "%pm_target%\lib"
if not exist "%pm_target%" mkdir "%pm_target%"
set "pm_log=%pm_target%\build.log"
rem The stamp is as old as the start of the build: what changes meanwhile is built next time.
if exist "%pm_target%\building" del "%pm_target%\building"
type nul >"%pm_target%\building"
call "%pm_mvn%" -B -q -f "%pm_here%\pom.xml" -pl "%pm_folder%" -am -Dquick -DskipTests package >"%pm_log%" 2>&1 <nul
if errorlevel 1 goto build_failed
move /y "%pm_target%\building" "%pm_target%\built" >nul
exit /b 0

:build_failed
>&2 findstr /c:"ERROR" "%pm_log%"
if errorlevel 1 >&2 type "%pm_log%"
set "pm_message=the build failed; its whole output is in %pm_log%"
goto fail

rem With delayed expansion, so that no character of a path is taken for a command.
:fail
setlocal EnableDelayedExpansion
>&2 echo polymath: !pm_message!
exit /b 1
