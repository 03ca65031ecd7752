export function gross(net: number): number {
  return net + 20
}

export function net(amount: number): number {
  return amount - 20
}
