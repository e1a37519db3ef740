/**
 * `faultline doctor`: what is there, what is missing, and what to do, of this machine and of the project. Exit code 4 when no
 * environment could start, 2 when the configuration cannot be used.
 */
import { EXIT } from '../../base/errors.ts';
import { cacheFolder } from '../../config/cache-folder.ts';
import type { DoctorItem } from '../../environment/doctor-item.ts';
import type { DoctorReport } from '../../environment/doctor.ts';
import { coloursFor, paragraphs } from '../../reporters/style.ts';
import type { Colours } from '../../reporters/style.ts';
import { colourOn, widthOf } from '../context.ts';
import type { Command } from '../context.ts';
import { lookAtProject } from '../project-report.ts';
import type { ProjectReport } from '../project-report.ts';

const MARKS: Readonly<Record<DoctorItem['state'], readonly [mark: string, colour: 'green' | 'red' | 'yellow']>> = {
  there: ['✓', 'green'],
  'not-set-up': ['·', 'yellow'],
  missing: ['✗', 'red'],
  optional: ['·', 'yellow'],
};

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

interface Page {
  readonly colours: Colours;
  readonly width: number;
}

const itemLines = (item: DoctorItem, nameWidth: number, page: Page): readonly string[] => {
  const [mark, colour] = MARKS[item.state];
  const name = `  ${mark} ${item.name.padEnd(nameWidth)}  `;
  // Only what is missing needs somebody's doing: the next run sets up the rest.
  const remedy = item.state === 'missing' ? item.remedy : undefined;
  const detail = item.state === 'not-set-up' ? 'not yet; the next run makes it' : item.detail;
  return [
    ...paragraphs(name, detail, page.width).map((line, i) => (i === 0 ? page.colours[colour](line) : line)),
    ...(remedy === undefined ? [] : paragraphs(`${' '.repeat(name.length)}→ `, remedy, page.width)),
  ];
};

const hasEngine = ({ docker = [] }: DoctorReport): boolean => docker[0]?.state === 'there';

const conclusion = (report: DoctorReport): readonly [text: string, colour: 'green' | 'yellow' | 'red'] => {
  if (report.healthy) return ['an environment can be started here', 'green'];
  if (hasEngine(report))
    return ['an environment can be started here with --env docker; the embedded one cannot', 'yellow'];
  return ['an environment cannot be started here: see the lines marked ✗, memory and space above', 'red'];
};

/** The report as text, with a line break at its end. `project`: what of the team's own there is to say. */
export const doctorText = (
  report: DoctorReport,
  options: { readonly colour: boolean; readonly width: number },
  project?: ProjectReport,
): string => {
  const page: Page = { colours: coloursFor(options.colour), width: options.width };
  const { bold } = page.colours;
  const [concluded, colour] = conclusion(report);
  const docker = report.docker ?? [];
  const own = project?.items ?? [];
  const nameWidth = Math.max(...[...report.tools, ...report.parts, ...docker, ...own].map(({ name }) => name.length));
  const items = (list: readonly DoctorItem[]): readonly string[] =>
    list.flatMap((item) => itemLines(item, nameWidth, page));
  return [
    bold('Tools'),
    ...items(report.tools),
    bold(`Parts, in ${report.cacheDir}`),
    ...items(report.parts),
    ...(docker.length === 0 ? [] : [bold('Docker, for --env docker')]),
    ...items(docker),
    ...(project === undefined ? [] : [bold(project.title), ...items(own)]),
    bold('Memory and space'),
    `  memory: ${gigabytes(report.memory.free)} free of ${gigabytes(report.memory.total)}`,
    ...report.places.map(
      ({ folder, free, enough }) => `  ${folder}: ${gigabytes(free)} free${enough ? '' : ', which is not enough'}`,
    ),
    ...report.leftovers.map((folder) => `  ${folder}: left by a run that was killed; the next start removes it`),
    '',
    page.colours[colour](concluded),
    ...(own.some(({ state }) => state === 'missing')
      ? [page.colours.red('what the project names is not all there: see its lines marked ✗')]
      : []),
    '',
  ].join('\n');
};

export const doctor: Command<[]> = async ({ io, parts }) => {
  const project = await lookAtProject(io);
  const cacheDir = cacheFolder(project.config ?? { root: io.cwd }, io.env);
  const report = await parts.inspectMachine({ cacheDir, env: io.env });
  io.stdout.write(doctorText(report, { colour: colourOn(io), width: widthOf(io) }, project));
  if (!report.healthy && !hasEngine(report)) return EXIT.environment;
  return project.config === undefined ? EXIT.usage : EXIT.ok;
};
