import { inferScope } from '../../endpoints/inferred-scope.ts'
import { splitUrl } from '../../fields/url.ts'

/** Services that shared one host, told apart by what `x-amz-target` begins with. */
const TARGETS: Readonly<Record<string, string>> = {
  AnyScaleFrontendService: 'application-autoscaling',
  AnyScaleScalingPlannerFrontendService: 'autoscaling-plans',
}

/** The scope that a request tells of by itself. */
export function guessScope(url: URL, headers: Headers): { service: string; region: string } {
  const { service = '', region } = splitUrl(url.href) ? inferScope(url) : {}
  const [prefix = ''] = (headers.get('x-amz-target') ?? '').split('.')
  return {
    service:
      (service.endsWith('autoscaling') && Object.hasOwn(TARGETS, prefix) && TARGETS[prefix]) || service,
    region: region && region !== '*' ? region : 'us-east-1',
  }
}
