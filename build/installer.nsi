; The installer: for the person who runs it, without administrator's rights; German and English; /S installs silently.
; Given: VERSION, VERSION4 (four numbers), SOURCE (the folder with the programs), TARGET, KILOBYTES;
; AMD64 where this NSIS can make 64-bit installers, SIGN a command that signs a file, HAS_WINDOW.

Unicode true
!ifdef AMD64
  Target amd64-unicode
!endif
ManifestSupportedOS Win10
ManifestDPIAware true
RequestExecutionLevel user
SetCompressor /SOLID lzma
SetCompressorDictSize 64
SetDateSave on

!include MUI2.nsh
!include FileFunc.nsh

!define NAME "Facebook-Tool"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define APP_PATHS "Software\Microsoft\Windows\CurrentVersion\App Paths"

Name "${NAME}"
BrandingText "${NAME} ${VERSION}"
OutFile "${TARGET}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "Software\${NAME}" "Folder"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION4}"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "${NAME} Setup"
VIAddVersionKey "CompanyName" "fbtool"
VIAddVersionKey "LegalCopyright" "MIT license"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!ifdef HAS_WINDOW
  !define MUI_FINISHPAGE_RUN "$INSTDIR\${NAME}.exe"
!endif
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

LangString RUNS ${LANG_ENGLISH} "${NAME} is still running. Close it, then try again."
LangString RUNS ${LANG_GERMAN} "${NAME} läuft noch. Schließen Sie das Programm und versuchen Sie es dann erneut."
LangString LINK ${LANG_ENGLISH} "Link Facebook Pages to a messenger account"
LangString LINK ${LANG_GERMAN} "Facebook-Seiten mit einem Messenger-Konto verknüpfen"

!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"'
!endif

; A program that runs cannot be replaced: Windows does not let its file be opened for writing.
!macro RequireStopped PROGRAM
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    ClearErrors
    FileOpen $0 "$INSTDIR\${PROGRAM}" a
    ${If} ${Errors}
      MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNS)" /SD IDCANCEL IDRETRY -4
      SetErrorLevel 5
      Abort
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

Section
  !insertmacro RequireStopped "fbtool.exe"
  !insertmacro RequireStopped "${NAME}.exe"
  ; What an earlier version has left must not be found by this one. Settings are elsewhere.
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}/*.*"
  ; The name under which this file was downloaded may tell the gateway's address (see fbtool/linking/local/gateway_hint.py).
  FileOpen $0 "$INSTDIR\downloaded-as.txt" w
  FileWriteUTF16LE /BOM $0 "$EXEFILE"
  FileClose $0
  WriteUninstaller "$INSTDIR\uninstall.exe"
!ifdef HAS_WINDOW
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${NAME}.exe" "" "" "" SW_SHOWNORMAL "" "$(LINK)"
  WriteRegStr HKCU "${APP_PATHS}\${NAME}.exe" "" "$INSTDIR\${NAME}.exe"
!endif
  WriteRegStr HKCU "${APP_PATHS}\fbtool.exe" "" "$INSTDIR\fbtool.exe"
  WriteRegStr HKCU "Software\${NAME}" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\fbtool.exe"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "fbtool"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section Uninstall
  !insertmacro RequireStopped "fbtool.exe"
  !insertmacro RequireStopped "${NAME}.exe"
  ; Only what the installer brought: the folder may hold files of its owner.
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\fbtool.exe"
  Delete "$INSTDIR\${NAME}.exe"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\THIRD_PARTY_LICENSES.txt"
  Delete "$INSTDIR\downloaded-as.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  DeleteRegKey HKCU "${APP_PATHS}\fbtool.exe"
  DeleteRegKey HKCU "${APP_PATHS}\${NAME}.exe"
  DeleteRegKey HKCU "Software\${NAME}"
  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
