import { describe, expect, test } from 'vitest';
import { dayGap, dayHeading, firstBelow, gap, indexByKey, layOut, middleOf, rowOf, tiles } from './layout';

const november = 20_768; // 2026-11-11

/** Pictures as `day offset × ratio`. */
function roll(...pictures: [ago: number, ratio: number][]) {
  return { days: pictures.map(([ago]) => november - ago), ratios: pictures.map(([, ratio]) => ratio) };
}

function many(count: number, days: number) {
  const ratios = [1333, 750, 1000, 1778, 563, 3600, 200];
  return {
    days: Array.from({ length: count }, (_, at) => november - Math.floor((at * days) / count)),
    ratios: Array.from({ length: count }, (_, at) => ratios[(at * 5) % ratios.length]!),
  };
}

describe.each([
  { name: 'nothing', ...roll() },
  { name: 'one picture', ...roll([0, 1333]) },
  { name: 'a panorama alone', ...roll([0, 9000]) },
  { name: 'a strip alone', ...roll([0, 50]) },
  { name: 'two pictures on two days', ...roll([0, 1333], [1, 750]) },
  { name: 'one a day for two months', ...many(60, 60) },
  { name: 'one every three weeks for some years', ...many(60, 1260) },
  { name: 'a hundred on one day', ...many(100, 1) },
  { name: 'some on each of many days', ...many(800, 120) },
])('$name', ({ days, ratios }) => {
  test.each([320, 640, 1040])('in %i pixels', (width) => {
    const ideal = 176;
    const layout = layOut(days, ratios, width, ideal);
    // Every picture once, in order, none outside, none over another.
    let next = 0;
    let bottom = 0;
    for (const [at, row] of layout.rows.entries()) {
      expect(row.first).toBe(next);
      next = row.end;
      const before = layout.rows[at - 1];
      if (before && row.top === before.top) expect(row.left).toBeGreaterThanOrEqual(before.left + dayGap);
      else expect(row.top).toBeGreaterThanOrEqual(bottom);
      bottom = Math.max(bottom, row.top + row.height);
      const line = tiles(row, ratios);
      for (const [place, tile] of line.entries()) {
        expect(tile.width).toBeGreaterThan(0);
        if (place > 0) expect(tile.left).toBe(line[place - 1]!.left + line[place - 1]!.width + gap);
      }
      const last = line.at(-1)!;
      expect(row.left + last.left + last.width).toBeLessThanOrEqual(width);
      if (row.fill) expect(last.left + last.width).toBe(row.fill);
      expect(row.height).toBeLessThan(ideal * 2);
    }
    expect(next).toBe(days.length);
    expect(layout.height).toBeGreaterThanOrEqual(bottom);
    expect(layout.days.map((day) => day.day)).toEqual([...new Set(days)]);
    for (const day of layout.days) {
      const rows = layout.rows.slice(day.firstRow, day.endRow);
      expect(rows[0]!.first).toBe(day.first);
      expect(rows.at(-1)!.end).toBe(day.end);
      expect(rows[0]!.top).toBe(day.top + dayHeading);
      expect(rows.at(-1)!.top + rows.at(-1)!.height).toBe(day.top + day.height);
      expect(day.left + day.width).toBeLessThanOrEqual(width);
    }
    let end = 0;
    let top = -1;
    for (const month of layout.months) {
      expect(month.first).toBe(end);
      expect(month.top).toBeGreaterThanOrEqual(top);
      expect(month.top).toBeLessThanOrEqual(layout.rows[rowOf(layout, month.first)]!.top);
      end = month.end;
      top = month.top;
    }
    expect(end).toBe(days.length);
  });
});

test('small days share a band, and months do not', () => {
  const { days, ratios } = roll([0, 750], [1, 750], [2, 750], [11, 750]);
  const { days: blocks, months } = layOut(days, ratios, 1000, 176);
  expect(new Set(blocks.slice(0, 3).map((block) => block.top)).size).toBe(1);
  expect(blocks[3]!.top).toBeGreaterThan(blocks[2]!.top);
  expect(months).toHaveLength(2);
});

test('months that would be mostly headings are put together by year', () => {
  const sparse = many(60, 1260);
  const { headings, months, days } = layOut(sparse.days, sparse.ratios, 1000, 176);
  expect(headings.every(({ of }) => of === 'year')).toBe(true);
  expect(headings.map(({ month }) => Math.floor(month / 12))).toEqual([2026, 2025, 2024, 2023]);
  expect(months.length).toBeGreaterThan(30);
  expect(new Set(days.map(({ top }) => top)).size).toBeLessThan(days.length / 2);
  const dense = many(2000, 300);
  expect(layOut(dense.days, dense.ratios, 1000, 176).headings.every(({ of }) => of === 'month')).toBe(true);
});

test('a hundred thousand are laid out in one go', () => {
  const { days, ratios } = many(100_000, 2500);
  expect(layOut(days, ratios, 1040, 176).rows.at(-1)!.end).toBe(100_000);
});

test('what is at a height is found', () => {
  const { days, ratios } = many(2000, 300);
  const { rows, height } = layOut(days, ratios, 1040, 176);
  for (const y of [0, 1, 777, height / 2, height - 1, height + 100]) {
    const found = firstBelow(rows, y);
    expect(found).toBe(rows.findIndex((row) => row.top + row.height > y) < 0 ? rows.length : rows.findIndex((row) => row.top + row.height > y)); // prettier-ignore
  }
});

test('keys lead in two dimensions', () => {
  const { days, ratios } = many(200, 20);
  const layout = layOut(days, ratios, 1040, 176);
  const go = (key: string, from: number) =>
    indexByKey(key, layout, ratios, from, middleOf(layout, ratios, from), 800);
  expect(go('ArrowRight', 0)).toBe(1);
  expect(go('ArrowLeft', 0)).toBe(0);
  expect(go('ArrowRight', 199)).toBe(199);
  expect(go('ArrowUp', 0)).toBe(0);
  expect(go('ArrowDown', 199)).toBe(199);
  expect(go('Home', 50)).toBe(0);
  expect(go('End', 50)).toBe(199);
  expect(go('a', 50)).toBeUndefined();
  for (const from of [0, 17, 50, 120]) {
    const down = go('ArrowDown', from)!;
    const [here, there] = [from, down].map((index) => layout.rows[rowOf(layout, index)]!);
    expect(there!.top).toBeGreaterThan(here!.top);
    expect(Math.abs(middleOf(layout, ratios, down) - middleOf(layout, ratios, from))).toBeLessThan(400);
    const page = layout.rows[rowOf(layout, go('PageDown', from)!)]!;
    expect(page.top).toBeGreaterThan(here!.top);
    expect(page.top - here!.top).toBeLessThanOrEqual(800);
  }
  expect(indexByKey('End', layOut([], [], 900, 176), [], 0, 0, 800)).toBeUndefined();
});
