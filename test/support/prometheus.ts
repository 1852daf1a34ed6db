/**
 * Reads Prometheus' text format 0.0.4 as strictly as it is described
 * (https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details).
 */
import assert from 'node:assert/strict';

/** One value with its labels. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric: what it is, and its samples. */
export interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const types = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']);
const metricName = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const label = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"`;
const sampleLine = new RegExp(`^(${metricName})(?:\\{(${label}(?:,${label})*)?\\})? (\\S+)$`);
const number = /^(?:[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)$/i;

/** The families of an exposition, by name. Fails where it is not one. */
export function parseMetrics(text: string): ReadonlyMap<string, Family> {
  assert.ok(text.endsWith('\n'), 'the last line must end with a line feed');
  const families = new Map<string, { type: string; help: string; samples: Sample[] }>();
  const seen = new Set<string>();
  const helps = new Map<string, string>();
  let current: string | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '') continue;
    const told = new RegExp(`^# HELP (${metricName}) (.*)$`).exec(line);
    const typed = new RegExp(`^# TYPE (${metricName}) (\\w+)$`).exec(line);
    if (told !== null) {
      helps.set(told[1] ?? '', told[2] ?? '');
    } else if (typed !== null) {
      const [, name = '', type = ''] = typed;
      assert.ok(types.has(type), line);
      assert.ok(helps.has(name), `HELP before TYPE: ${line}`);
      assert.ok(!families.has(name), `one TYPE a metric: ${line}`);
      families.set(name, { type, help: helps.get(name) ?? '', samples: [] });
      current = name;
    } else {
      assert.doesNotMatch(line, /^#/, line);
      const sample = readSample(line);
      assert.ok(current !== null && belongs(sample.name, current), `in its group: ${line}`);
      const series = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`;
      assert.ok(!seen.has(series), `one value a series: ${line}`);
      seen.add(series);
      families.get(current)?.samples.push(sample);
    }
  }
  for (const [name, family] of families)
    if (family.type === 'histogram') checkHistogram(name, family);
  return families;
}

function readSample(line: string): Sample {
  const [, name = '', labels = '', value = ''] = sampleLine.exec(line) ?? [];
  assert.ok(name !== '', `a sample: ${line}`);
  assert.match(value, number, line);
  const pairs = [...labels.matchAll(new RegExp(label, 'g'))].map(([pair]) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), JSON.parse(pair.slice(at + 1))] as const;
  });
  assert.equal(new Set(pairs.map(([key]) => key)).size, pairs.length, line);
  return {
    name,
    labels: Object.fromEntries(pairs),
    value: Number(value.replace('Inf', 'Infinity')),
  };
}

const belongs = (sample: string, family: string): boolean =>
  sample === family || ['_bucket', '_sum', '_count'].some((end) => sample === family + end);

/** Buckets are cumulative, and the last one is the count. */
function checkHistogram(name: string, { samples }: Family): void {
  const bySeries = new Map<string, Sample[]>();
  for (const sample of samples.filter((one) => one.name === `${name}_bucket`)) {
    const { le: _le, ...labels } = sample.labels;
    const series = JSON.stringify(labels);
    bySeries.set(series, [...(bySeries.get(series) ?? []), sample]);
  }
  for (const [series, buckets] of bySeries) {
    const counts = buckets.map(({ value }) => value);
    assert.deepEqual(
      counts,
      [...counts].sort((a, b) => a - b),
      `${name} ${series}`,
    );
    assert.equal(buckets.at(-1)?.labels.le, '+Inf', `${name} ${series}`);
    const count = samples.find(
      (one) => one.name === `${name}_count` && JSON.stringify(one.labels) === series,
    );
    assert.equal(count?.value, counts.at(-1), `${name} ${series}`);
  }
}

/** The value of the one series with at least these labels; 0 where there is none. */
export function reading(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const family = families.get(name) ?? families.get(name.replace(/_(count|sum|bucket)$/, ''));
  assert.ok(family, `there is no metric ${name}`);
  const found = family.samples.filter(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  assert.ok(found.length <= 1, `${name} has several such series: ${JSON.stringify(found)}`);
  return found[0]?.value ?? 0;
}
