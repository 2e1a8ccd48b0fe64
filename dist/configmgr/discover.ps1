# Configuration Manager compliance setting, discovery script: prints the verdict word; a non-zero exit would count as a
# failed discovery, so the exit code is always 0. Compliance rule: the value equals Ready or Warnings.
# Set "Run scripts by using the logged on user credentials": permissions of camera and microphone are the user's.
$ErrorActionPreference = 'SilentlyContinue'
# In a 32-bit host ProgramFiles is the folder of 32-bit programs.
$programs = if ($env:ProgramW6432) { $env:ProgramW6432 } else { $env:ProgramFiles }
$exe = Join-Path $programs 'meetready\meetready.exe'
if (-not (Test-Path -LiteralPath $exe)) { Write-Output 'NotInstalled'; exit 0 }
# Stays when the program cannot start, for instance because a policy blocks it.
$code = -1
try {
    & $exe check --no-network --format oneline --quiet 2>$null | Out-Null
    $code = $LASTEXITCODE
} catch { }
switch ($code) {
    0 { Write-Output 'Ready' }
    3 { Write-Output 'NotReady' }
    4 { Write-Output 'Warnings' }
    5 { Write-Output 'Inconclusive' }
    default { Write-Output 'Error' }
}
exit 0
