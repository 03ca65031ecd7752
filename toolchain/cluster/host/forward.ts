import { createConnection, createServer, type Socket } from "node:net"

/**
 * Hands connections to a port of the host's loopback on to a port elsewhere, for as long as it lives.
 * usage: node forward.ts PORT ADDRESS TARGET_PORT
 */
const [port, address, targetPort] = process.argv.slice(2)
if (!port || !address || !targetPort) throw new Error("usage: node forward.ts PORT ADDRESS TARGET_PORT")

const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  const target = createConnection({
    host: address,
    port: Number(targetPort),
    allowHalfOpen: true,
    noDelay: true,
  })
  join(client, target)
  join(target, client)
})
server.listen(Number(port), "127.0.0.1")

/** What ends on one side ends on the other; a side that breaks breaks the other, which is all there is to tell. */
function join(from: Socket, to: Socket): void {
  from.pipe(to)
  from.on("error", () => to.destroy())
  from.on("close", () => to.destroySoon())
}
