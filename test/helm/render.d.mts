export interface Case {
  readonly namespace: string;
  /** Laid over the chart's own values.yaml. */
  readonly values: object;
}

export interface Answer {
  /** The text of each template, by its path, which begins with the chart's name. */
  readonly files?: Record<string, string>;
  /** What Helm says instead. */
  readonly error?: string;
}

/** Renders a chart for each case with Helm's own engine; undefined where Go is not there to build it. */
export function renderChart(chartDir: string, cases: readonly Case[]): Promise<Answer[] | undefined>;
