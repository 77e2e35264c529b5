import type { GymnasiumSettings } from '../../shared/gymnasium';
import { findPython } from '../environments/gymnasium/python';
import { openEnvironments, type EnvironmentSource, type OpenEnvironments } from '../environments/open';
import type { EnvironmentOptions } from '../environments';
import { pythonFolder } from './home';
import type { JobContext } from './job-context';

/** Where the runs of a home take an environment from; `gymnasium` as its list of added ones or a run's configuration says. */
export const environmentSource = (
  home: string,
  id: string,
  gymnasium: GymnasiumSettings | undefined,
): EnvironmentSource => ({ id, gymnasium, python: gymnasium && findPython(pythonFolder(home)) });

/** Opens what a run plays in, and warns where Gymnasium is another one than when the run was made. */
export async function openForRun(
  context: JobContext,
  id: string,
  gymnasium: GymnasiumSettings | undefined,
  count: number,
  options: EnvironmentOptions,
): Promise<OpenEnvironments> {
  const opened = await openEnvironments(environmentSource(context.home, id, gymnasium), count, options);
  const present = opened.instances[0]?.specification.gymnasium;
  for (const [name, version] of Object.entries(gymnasium?.versions ?? {})) {
    const now = present?.[name] ?? 'missing';
    if (now !== version)
      context.log('warning', `${id} was added with ${name} ${version}, which is ${now} now.`);
  }
  return opened;
}
