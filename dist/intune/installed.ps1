# Intune Win32 app, detection rule: tells whether meetready is installed, not whether the PC is ready.
# Intune takes exit 0 with text on standard output and none on standard error as "installed".
$ErrorActionPreference = 'SilentlyContinue'
# Intune starts a 32-bit host unless told otherwise; there ProgramFiles is the folder of 32-bit programs.
$programs = if ($env:ProgramW6432) { $env:ProgramW6432 } else { $env:ProgramFiles }
$exe = Join-Path $programs 'meetready\meetready.exe'
if (-not (Test-Path -LiteralPath $exe -PathType Leaf)) { exit 1 }
Write-Output "meetready is installed at $exe"
exit 0
