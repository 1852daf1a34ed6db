/**
 * What this process counts for Prometheus (text format 0.0.4, https://prometheus.io/docs/instrumenting/
 * exposition_formats/). Labels are ids and words of ours, never names or addresses of people, and there
 * are a bounded number of them.
 */
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Measure } from '../provisioning/measure.ts';
import { mostWatched } from '../store/destination-gauges.ts';
import type { DestinationKey } from '../store/destinations.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Is told of each SCIM request, and each operation of a Bulk request, that is refused. */
    refused: Metrics['refused'];
  }
}

/** What is counted, and where it is kept. */
export interface Metrics {
  readonly registry: Registry;
  /** Is told what happened at destinations. */
  readonly measure: Measure;
  /** A request was answered. */
  answered(request: {
    readonly route: string;
    readonly method: string;
    readonly status: number;
    readonly ms: number;
  }): void;
  /** A SCIM request, or an operation of a Bulk request, was refused. */
  refused(refusal: { readonly status: number; readonly scimType?: string | undefined }): void;
}

/** Seconds; a SCIM request takes a few milliseconds. */
const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** Seconds from request to effect: some hundred milliseconds, or as long as a destination is away. */
const effectBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400];

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Starts counting. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const http = httpMetrics(registry);
  return { registry, measure: measureInto(registry), ...http };
}

function httpMetrics(registry: Registry): Pick<Metrics, 'answered' | 'refused'> {
  const registers = [registry];
  const requests = new Counter({
    name: 'rollcall_http_requests_total',
    help: 'Requests answered, by class of route and status.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const duration = new Histogram({
    name: 'rollcall_http_request_duration_seconds',
    help: 'How long requests took, by class of route.',
    labelNames: ['route', 'method'],
    buckets: requestBuckets,
    registers,
  });
  const refusals = new Counter({
    name: 'rollcall_scim_refusals_total',
    help: 'SCIM requests and operations of Bulk requests refused, by status and scimType (RFC 7644 §3.12).',
    labelNames: ['status', 'scim_type'],
    registers,
  });
  return {
    answered({ route, method, status, ms }) {
      const known = methods.has(method) ? method : 'other';
      requests.inc({ route, method: known, status });
      duration.observe({ route, method: known }, ms / 1_000);
    },
    refused({ status, scimType }) {
      refusals.inc({ status, scim_type: scimType ?? 'none' });
    },
  };
}

function measureInto(registry: Registry): Measure {
  const registers = [registry];
  const labelNames = ['tenant', 'destination'] as const;
  const looks = new Counter({
    name: 'rollcall_looks_total',
    help: 'Looks at a person’s account that did not fail, by what was done.',
    labelNames: [...labelNames, 'plan', 'outcome'],
    registers,
  });
  const failures = new Counter({
    name: 'rollcall_failures_total',
    help: 'Looks that failed, by who must act: nobody, the person’s record, the destination’s owner.',
    labelNames: [...labelNames, 'kind'],
    registers,
  });
  const effects = new Histogram({
    name: 'rollcall_effect_seconds',
    help: 'From a change’s acknowledgement to its effect at the destination.',
    labelNames: [...labelNames, 'lane'],
    buckets: effectBuckets,
    registers,
  });
  const requests = new Counter({
    name: 'rollcall_destination_requests_total',
    help: 'Requests to destinations with an allowance, by answer.',
    labelNames: [...labelNames, 'answer'],
    registers,
  });
  const points = new Counter({
    name: 'rollcall_points_spent_total',
    help: 'Points of the destination’s allowance that requests cost.',
    labelNames,
    registers,
  });
  const labelsOf = boundedLabels();
  return (key, measured) => {
    const labels = labelsOf(key);
    switch (measured.kind) {
      case 'look': {
        const { plan, outcome, lane, effectMs } = measured;
        looks.inc({ ...labels, plan, outcome });
        if (effectMs !== null) effects.observe({ ...labels, lane }, effectMs / 1_000);
        return;
      }
      case 'failure':
        failures.inc({ ...labels, kind: measured.failure });
        return;
      case 'request':
        requests.inc({ ...labels, answer: measured.throttled ? 'throttled' : 'taken' });
        points.inc(labels, measured.points);
        return;
    }
  };
}

/** The labels of a destination; beyond so many, all the others share one. */
function boundedLabels(): (key: DestinationKey) => {
  readonly tenant: string;
  readonly destination: string;
} {
  const known = new Set<string>();
  return ({ tenantId, destinationId }) => {
    const name = `${tenantId}/${destinationId}`;
    if (!known.has(name) && known.size >= mostWatched)
      return { tenant: 'other', destination: 'other' };
    known.add(name);
    return { tenant: tenantId, destination: destinationId };
  };
}
