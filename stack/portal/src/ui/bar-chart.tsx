import type { Tone } from './badge.tsx';
import { formatCount } from './format.ts';
import './bar-chart.css';

export interface Bar {
  readonly key: string;
  /** When it is, for a person. */
  readonly label: string;
  /** In the order of `series`. */
  readonly values: readonly number[];
}

export interface Series {
  readonly name: string;
  readonly tone: Tone;
}

interface BarChartProps {
  /** What it shows, for screen readers and above the table. */
  readonly label: string;
  readonly series: readonly Series[];
  readonly bars: readonly Bar[];
  readonly format?: (value: number) => string;
  /** Drawn from the ground up one above the other, or each from the ground. */
  readonly stacked?: boolean;
}

const HEIGHT = 120;
/** Bars in a chart's own units; it is stretched to the width there is. */
const WIDTH = 10;

/** Counts over time. The same figures are there as a table, for who can't see it and for who wants to copy them. */
export function BarChart({ label, series, bars, format = formatCount, stacked = true }: BarChartProps) {
  const totals = bars.map(({ values }) =>
    stacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(0, ...values),
  );
  const most = Math.max(0, ...totals);
  const [first, last] = [bars.at(0), bars.at(-1)];
  return (
    <figure className="bar-chart">
      <div className="bar-chart-scale faint num">{format(most)}</div>
      <svg
        viewBox={`0 0 ${String(bars.length * WIDTH)} ${String(HEIGHT)}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {bars.map((bar, index) => (
          <BarOf
            key={bar.key}
            bar={bar}
            at={index * WIDTH}
            scale={most === 0 ? 0 : HEIGHT / most}
            series={series}
            stacked={stacked}
            format={format}
          />
        ))}
      </svg>
      <div className="row between faint bar-chart-ends">
        <span>{first?.label}</span>
        <span>{last?.label}</span>
      </div>
      <figcaption className="row wrap">
        {series.map(({ name, tone }) => (
          <span key={name} className="row">
            <span className={`dot ${tone}`} aria-hidden />
            {name}
          </span>
        ))}
        <details className="bar-chart-table">
          <summary>As a table</summary>
          <div className="bar-chart-scroll" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
            <table>
              <thead>
                <tr>
                  <th scope="col">When</th>
                  {series.map(({ name }) => (
                    <th key={name} scope="col" className="end">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {bars.map(({ key, label: when, values }) => (
                  <tr key={key}>
                    <th scope="row">{when}</th>
                    {values.map((value, index) => (
                      <td key={series[index]?.name ?? index} className="end num">
                        {format(value)}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      </figcaption>
    </figure>
  );
}

interface BarOfProps {
  readonly bar: Bar;
  readonly at: number;
  readonly scale: number;
  readonly series: readonly Series[];
  readonly stacked: boolean;
  readonly format: (value: number) => string;
}

function BarOf({ bar, at, scale, series, stacked, format }: BarOfProps) {
  const text = series.map(({ name }, index) => `${name} ${format(bar.values[index] ?? 0)}`).join(', ');
  const share = stacked ? 1 : series.length;
  return (
    <g>
      <title>{`${bar.label}: ${text}`}</title>
      {/* The whole column answers to the pointer, also where the bar is low. */}
      <rect className="bar-chart-column" x={at} y={0} width={WIDTH} height={HEIGHT} />
      {series.map(({ name, tone }, index) => {
        const value = bar.values[index] ?? 0;
        const below = stacked ? bar.values.slice(0, index).reduce((sum, each) => sum + each, 0) : 0;
        const width = (WIDTH - 2) / share;
        const height = value === 0 ? 0 : Math.max(1.5, value * scale);
        return (
          <rect
            key={name}
            className={`bar ${tone}`}
            x={at + 1 + (stacked ? 0 : index * width)}
            y={HEIGHT - below * scale - height}
            width={width}
            height={height}
          />
        );
      })}
    </g>
  );
}
