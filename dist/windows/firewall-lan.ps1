#Requires -RunAsAdministrator
<#
Lets a room's other devices reach "meetready reflect --lan" on this control PC. Once, by an administrator; the reflector
itself needs no such rights.

    .\firewall-lan.ps1 -Program 'C:\Users\Public\meetready.exe'
    .\firewall-lan.ps1 -Remove
#>
[CmdletBinding(DefaultParameterSetName = 'Allow')]
param(
    [Parameter(Mandatory, ParameterSetName = 'Allow')] [string] $Program,
    [Parameter(Mandatory, ParameterSetName = 'Remove')] [switch] $Remove
)
$ErrorActionPreference = 'Stop'
$rule = 'meetready reflector on the LAN'
# A "no" to Windows' own question leaves rules that block the program, and those win over any that allow.
Get-NetFirewallRule -DisplayName $rule -ErrorAction SilentlyContinue | Remove-NetFirewallRule
if ($Remove) { Write-Output 'Removed.'; return }
$Program = (Resolve-Path -LiteralPath $Program).Path
Get-NetFirewallApplicationFilter -Program $Program -ErrorAction SilentlyContinue | Get-NetFirewallRule |
    Where-Object { $_.Action -eq 'Block' -and $_.Direction -eq 'Inbound' } | Remove-NetFirewallRule
New-NetFirewallRule -DisplayName $rule -Direction Inbound -Action Allow -Program $Program -Profile Private, Domain |
    Out-Null
Write-Output 'Allowed on private and domain networks. Zoom Rooms has rules of its own.'
