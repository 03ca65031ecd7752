export const prices = (at) => new Prices(at)
