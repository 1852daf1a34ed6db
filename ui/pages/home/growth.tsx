/** People and enrolments of the last weeks, day by day, as two small charts and as numbers. */
import type { Day } from './overview.ts';

type Series = 'people' | 'enrolments';

/** The card. */
export function Growth({ days }: { readonly days: readonly Day[] }) {
  return (
    <s-section heading={`Last ${days.length} days`}>
      <div className="stack">
        <div className="charts">
          <Chart days={days} series="people" name="New people" />
          <Chart days={days} series="enrolments" name="New enrolments" />
        </div>
        <details className="fold">
          <summary>As numbers</summary>
          <div className="folded">
            <Numbers days={days} />
          </div>
        </details>
      </div>
    </s-section>
  );
}

const height = 64;
const step = 10;

interface ChartProps {
  readonly days: readonly Day[];
  readonly series: Series;
  readonly name: string;
}

function Chart({ days, series, name }: ChartProps) {
  const counts = days.map((day) => day[series]);
  const most = Math.max(...counts, 1);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return (
    <figure className="chart">
      <figcaption>
        <span className="muted">{name}</span>
        <b className="figure">{total.toLocaleString()}</b>
      </figcaption>
      {total === 0 ? <p className="muted">None in these days.</p> : drawing()}
    </figure>
  );

  function drawing() {
    return (
      <>
        <svg
          role="img"
          aria-label={chartWords(name, days, series)}
          viewBox={`0 0 ${days.length * step} ${height}`}
          preserveAspectRatio="none"
        >
          {days.map((day, nth) => {
            const tall = day[series] === 0 ? 1 : Math.max(3, (day[series] / most) * height);
            return (
              <g key={day.day}>
                <rect className="column" x={nth * step} width={step} height={height} />
                <rect
                  className={day[series] === 0 ? 'bar-none' : 'bar-some'}
                  x={nth * step + 1}
                  y={height - tall}
                  width={step - 2}
                  height={tall}
                />
                <title>{`${dayWords(day.day)}: ${day[series].toLocaleString()}`}</title>
              </g>
            );
          })}
        </svg>
        <div className="ends muted">
          <span>{dayWords(days[0]?.day ?? '')}</span>
          <span>Today</span>
        </div>
      </>
    );
  }
}

/** What the chart shows, for whoever listens. */
function chartWords(name: string, days: readonly Day[], series: Series): string {
  const total = days.reduce((sum, day) => sum + day[series], 0);
  const best = days.reduce<Day | null>(
    (top, day) => (top === null || day[series] > top[series] ? day : top),
    null,
  );
  if (best === null) return name;
  return `${name} by day: ${total.toLocaleString()} in ${days.length} days, most on ${dayWords(best.day)} (${best[series].toLocaleString()})`;
}

/** A day without its zone: it is one of the viewer's already. */
function dayWords(day: string): string {
  const date = new Date(`${day}T12:00:00Z`);
  return date.toLocaleDateString('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });
}

function Numbers({ days }: { readonly days: readonly Day[] }) {
  const some = days.filter(({ people, enrolments }) => people + enrolments > 0).toReversed();
  if (some.length === 0) return <p className="muted">Nobody came, and nothing was given.</p>;
  return (
    <table className="numbers">
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col">New people</th>
          <th scope="col">New enrolments</th>
        </tr>
      </thead>
      <tbody>
        {some.map(({ day, people, enrolments }) => (
          <tr key={day}>
            <th scope="row">{dayWords(day)}</th>
            <td>{people.toLocaleString()}</td>
            <td>{enrolments.toLocaleString()}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
