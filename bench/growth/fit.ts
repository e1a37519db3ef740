/** How cost grows with what there is to do. */

export interface Measured {
  /** Of what there is to do. */
  readonly size: number;
  /** What it takes, in any unit. */
  readonly cost: number;
}

/** The exponent of the power of the size that fits best: 1 when twice as much takes twice as long. NaN of fewer than two sizes. */
export const exponentOf = (measured: readonly Measured[]): number => {
  const points = measured.map(({ size, cost }) => ({ x: Math.log(size), y: Math.log(cost) }));
  const mean = (of: (point: { readonly x: number; readonly y: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const covariance = mean((point) => (point.x - x) * (point.y - y));
  return covariance / mean((point) => (point.x - x) ** 2);
};
