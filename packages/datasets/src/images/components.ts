export interface Component {
  /** How many pixels it has. */
  area: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/**
 * The connected components of the pixels of a grid that are `value`: for every pixel the index of its component, -1
 * where it is not `value`; and the components in the order of their first pixel. 4 neighbours, or 8.
 */
export function components(
  grid: Uint8Array,
  width: number,
  value: number,
  neighbours: 4 | 8,
): { labels: Int32Array; found: Component[] } {
  const height = grid.length / width;
  const labels = new Int32Array(grid.length).fill(-1);
  const found: Component[] = [];
  const queue: number[] = [];
  for (let start = 0; start < grid.length; start++) {
    if (grid[start] !== value || labels[start] !== -1) continue;
    const component = { area: 0, left: width, right: -1, top: height, bottom: -1 };
    labels[start] = found.length;
    queue.push(start);
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      const [x, y] = [at % width, Math.floor(at / width)];
      component.area++;
      component.left = Math.min(component.left, x);
      component.right = Math.max(component.right, x);
      component.top = Math.min(component.top, y);
      component.bottom = Math.max(component.bottom, y);
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          if (neighbours === 4 && dx !== 0 && dy !== 0) continue;
          const [u, v] = [x + dx, y + dy];
          if (u < 0 || v < 0 || u >= width || v >= height) continue;
          const next = v * width + u;
          if (grid[next] !== value || labels[next] !== -1) continue;
          labels[next] = found.length;
          queue.push(next);
        }
      }
    }
    found.push(component);
  }
  return { labels, found };
}
