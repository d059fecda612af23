@echo off
rem Runs the benchmarks on Windows; builds them first where that has not been done or a source is newer.
rem What it does is in polymath.cmd, which finds java and builds for both.
setlocal EnableExtensions
set "pm_bench=yes"
call "%~dp0polymath.cmd" %*
exit /b %errorlevel%
