#Requires -RunAsAdministrator
<#
Runs meetready's reflector from boot, without a user signed in, by the task scheduler: nothing else has to be installed.

    .\install-reflector.ps1 -Program 'C:\Program Files\meetready\meetready.exe' [-HostName reflector.example.com]
    .\install-reflector.ps1 -Remove

The task runs as LOCAL SERVICE, which may read the program and write to its own folder only. The join URL is written to
url.txt in that folder, which administrators and that account can read; the log is reflector.log beside it.
Stopping the task ends the program at once: agents that measure at that moment report that the reflector went away.
#>
[CmdletBinding(DefaultParameterSetName = 'Install')]
param(
    [Parameter(Mandatory, ParameterSetName = 'Install')] [string] $Program,
    [Parameter(ParameterSetName = 'Install')] [string] $HostName,
    [Parameter(ParameterSetName = 'Install')] [ValidateRange(1, 65535)] [int] $Port = 7443,
    [Parameter(Mandatory, ParameterSetName = 'Remove')] [switch] $Remove
)
$ErrorActionPreference = 'Stop'
$task = 'meetready reflector'
$rule = 'meetready reflector'
$folder = Join-Path $env:ProgramData 'meetready\reflector'

if ($Remove) {
    Stop-ScheduledTask -TaskName $task -ErrorAction SilentlyContinue
    Unregister-ScheduledTask -TaskName $task -Confirm:$false -ErrorAction SilentlyContinue
    Get-NetFirewallRule -DisplayName $rule -ErrorAction SilentlyContinue | Remove-NetFirewallRule
    Write-Output "Removed. $folder is left: it holds the key of the join URL."
    return
}

$Program = (Resolve-Path -LiteralPath $Program).Path
New-Item -ItemType Directory -Force -Path $folder | Out-Null
# S-1-5-19 is LOCAL SERVICE, S-1-5-18 SYSTEM, S-1-5-32-544 Administrators: the same in every language of Windows.
& icacls $folder /inheritance:r /grant '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-19:(OI)(CI)M' | Out-Null
if ($LASTEXITCODE -ne 0) { throw "The rights of $folder could not be set." }

$listen = "0.0.0.0:$Port"
$options = "reflect --listen $listen --state `"$folder\reflector.json`" --log-file `"$folder\reflector.log`" --quiet"
if ($HostName) { $options += " --host $HostName" }
# The shell keeps standard output, which is the join URL and nothing else.
$command = "/d /s /c `"`"$Program`" $options > `"$folder\url.txt`"`""
$action = New-ScheduledTaskAction -Execute "$env:SystemRoot\System32\cmd.exe" -Argument $command -WorkingDirectory $folder
$trigger = New-ScheduledTaskTrigger -AtStartup
$account = New-ScheduledTaskPrincipal -UserId 'S-1-5-19' -LogonType ServiceAccount -RunLevel Limited
$settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit ([TimeSpan]::Zero) -RestartCount 999 `
    -RestartInterval (New-TimeSpan -Minutes 1) -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries `
    -MultipleInstances IgnoreNew
Register-ScheduledTask -TaskName $task -Action $action -Trigger $trigger -Principal $account -Settings $settings -Force |
    Out-Null

# The program's own ports change with what is tested, so the rule is for the program.
Get-NetFirewallRule -DisplayName $rule -ErrorAction SilentlyContinue | Remove-NetFirewallRule
New-NetFirewallRule -DisplayName $rule -Direction Inbound -Action Allow -Program $Program -Profile Any | Out-Null

Start-ScheduledTask -TaskName $task
for ($i = 0; $i -lt 30; $i++) {
    $url = Get-Content -LiteralPath "$folder\url.txt" -ErrorAction SilentlyContinue | Select-Object -First 1
    if ($url) { Write-Output $url; return }
    Start-Sleep -Seconds 1
}
throw "The reflector did not start. See $folder\reflector.log."
