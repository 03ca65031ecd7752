export const Prices = ({ at }) => <ul>{new LegacyPrices(at).all().map((price) => <li>{price}</li>)}</ul>
