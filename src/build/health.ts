/** Health checks as argument arrays: port and path are data, never part of a program's text. */

const nodeProbe =
  "fetch('http://127.0.0.1:'+process.argv[1]+process.argv[2],{signal:AbortSignal.timeout(2500)})" +
  ".then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"

/** For images that have Node. */
export function nodeHealthcheck(port: number, path: string): string[] {
  return ["node", "-e", nodeProbe, String(port), path]
}

export const probeFile = "/usr/local/bin/signalbox-probe"

/** For images with a shell only: curl, wget or bash's own sockets, whichever the image has. */
export const probeScript = `#!/bin/sh
# signalbox-probe PORT PATH: succeeds when 127.0.0.1:PORT answers PATH with 2xx
if command -v curl >/dev/null; then exec curl -fsS -o /dev/null --max-time 3 "http://127.0.0.1:$1$2"; fi
if command -v wget >/dev/null; then exec wget -q -T 3 -O /dev/null "http://127.0.0.1:$1$2"; fi
exec bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf "GET %s HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n" "$2" >&3
read -r -t 3 _ status _ <&3 && [ "\${status#2}" != "$status" ]' probe "$1" "$2"
`

export function staticHealthcheck(port: number, path: string): string[] {
  return [probeFile, String(port), path]
}
