"""Records endpoints.json: every host that botocore's endpoint rules give, with the scope that they sign it for.

    python3 vectors/record-endpoints.py            # writes endpoints.json
    python3 vectors/record-endpoints.py --check    # exits with 1 if that would change it

It needs botocore of the version that stands in endpoints.json; no request is sent.
"""

import json
import sys
from collections import defaultdict
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import botocore
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

TARGET = Path(__file__).with_name("endpoints.json")
LOADER = Loader()
PARTITIONS = LOADER.load_data("partitions")
REGIONS = [
    (partition["id"], region, partition["outputs"])
    for partition in PARTITIONS["partitions"]
    for region in partition["regions"]
]
PSEUDO_REGIONS = {region for _, region, _ in REGIONS if region.endswith("-global")}
SUFFIXES = {"on.aws"} | {
    outputs[suffix] for _, _, outputs in REGIONS for suffix in ("dnsSuffix", "dualStackDnsSuffix")
}

ACCOUNT = "123456789012"
ACCESS_POINT = f"{ACCOUNT}:accesspoint/ap"
OUTPOST = f"{ACCOUNT}:outpost/op-01234567890123456/accesspoint/ap"
BUCKETS = [
    "bucket",
    "bucket--use1-az4--x-s3",
    "arn:{partition}:s3:{region}:" + ACCESS_POINT,
    "arn:{partition}:s3::" + f"{ACCOUNT}:accesspoint/alias.mrap",
    "arn:{partition}:s3-object-lambda:{region}:" + ACCESS_POINT,
    "arn:{partition}:s3-outposts:{region}:" + OUTPOST,
]
STREAM = "arn:{partition}:kinesis:{region}:" + f"{ACCOUNT}:stream/name"

# What a client passes to the rules beside region, dual-stack and FIPS: other hosts of the same service.
FURTHER_PARAMETERS = {
    "arc-region-switch": [{"UseControlPlaneEndpoint": True}],
    "cloudfront-keyvaluestore": [{"KvsARN": f"arn:aws:cloudfront::{ACCOUNT}:key-value-store/id"}],
    "dynamodb": [{"AccountId": ACCOUNT, "AccountIdEndpointMode": "required"}],
    "events": [{"EndpointId": "abcde.veo"}],
    "kinesis": [{"OperationType": kind, "StreamARN": STREAM} for kind in ("control", "data")],
    "neptune-graph": [{"ApiType": kind} for kind in ("ControlPlane", "DataPlane")],
    "s3": [
        *({"Bucket": bucket, "UseArnRegion": True} for bucket in BUCKETS),
        {"Bucket": "bucket", "Accelerate": True},
        {"Bucket": "bucket--use1-az4--x-s3", "UseS3ExpressControlEndpoint": True},
        {"UseObjectLambdaEndpoint": True},
    ],
    "s3control": [
        {"AccountId": ACCOUNT, "RequiresAccountId": True},
        {"AccountId": ACCOUNT, "OutpostId": "op-01234567890123456"},
    ],
    "sesv2": [{"EndpointId": "abcde.veo"}],
}


def is_signed(model):
    """Whether any operation is signed with SigV4 or SigV4A, and not with Version 2, a bearer token or not at all."""
    if model["metadata"].get("signatureVersion") in ("v2", "bearer"):
        return False
    return any(operation.get("authtype") != "none" for operation in model["operations"].values())


def host_prefixes(model):
    """What operations put before the host, such as `data-` of Cloud Map."""
    found = {operation.get("endpoint", {}).get("hostPrefix", "") for operation in model["operations"].values()}
    return {prefix for prefix in found if "{" not in prefix} | {""}


def scope_of(model, endpoint, region):
    """The signing name, and the region of SigV4 where the endpoint takes that, else the region set of SigV4A."""
    metadata = model["metadata"]
    name = metadata.get("signingName", metadata["endpointPrefix"])
    schemes = {scheme["name"]: scheme for scheme in endpoint.properties.get("authSchemes", [])}
    for known in ("sigv4", "sigv4-s3express", "sigv4a"):
        if known in schemes:
            scheme = schemes[known]
            region_set = ",".join(scheme.get("signingRegionSet", [region]))
            return scheme.get("signingName", name), scheme.get("signingRegion", region_set)
    return name, region


def path_of(model, endpoint_path):
    """The segment that all paths of a service begin with, such as `/v2`, or nothing."""
    uris = (endpoint_path + operation["http"]["requestUri"] for operation in model["operations"].values())
    segments = {uri.split("/")[1] for uri in uris}
    return f"/{segments.pop()}/" if len(segments) == 1 else ""


def inputs_of(service, rules, place):
    partition, region, _ = place
    for further, dual_stack, fips in product([{}, *FURTHER_PARAMETERS.get(service, [])], *[(False, True)] * 2):
        filled = {
            name: value.format(partition=partition, region=region) if isinstance(value, str) else value
            for name, value in further.items()
        }
        given = {"Region": region, "UseDualStack": dual_stack, "UseFIPS": fips, **filled}
        yield {name: value for name, value in given.items() if name in rules["parameters"]}


def rows_of(service):
    try:
        rules = LOADER.load_service_model(service, "endpoint-rule-set-1")
    except UnknownServiceError:
        return
    model = LOADER.load_service_model(service, "service-2")
    if not is_signed(model):
        return
    provider = EndpointProvider(rules, PARTITIONS)
    for place in REGIONS:
        for given in inputs_of(service, rules, place):
            try:
                endpoint = provider.resolve_endpoint(**given)
            except Exception:  # The rules refuse the combination: there is no such host.
                continue
            url = urlsplit(endpoint.url)
            name, region = scope_of(model, endpoint, place[1])
            if PSEUDO_REGIONS & {region, *url.netloc.split(".")}:
                continue
            path = path_of(model, url.path)
            for prefix in host_prefixes(model):
                yield prefix + url.netloc, path, name, region


def template_of(host, path, region):
    """The host with its suffix and, where it holds the region of the scope, with that as placeholders."""
    suffix = max((suffix for suffix in SUFFIXES if host.endswith(f".{suffix}")), key=len)
    labels = host.removesuffix(f".{suffix}").split(".")
    labels = ["{region}" if label == region else label for label in labels]
    return ".".join([*labels, "{suffix}"]) + path, suffix


def record():
    found = {row for service in LOADER.list_available_services("service-2") for row in rows_of(service)}
    names = defaultdict(set)
    for host, _, name, _ in found:
        names[host].add(name)
    # Only where services share a host does the path tell them apart.
    sharing = set().union(*(several for several in names.values() if len(several) > 1))
    places = defaultdict(lambda: defaultdict(set))
    for host, path, name, region in found:
        template, suffix = template_of(host, path if name in sharing else "", region)
        places[template, name][suffix].add(region)

    # Most services are in the same places: those stand once.
    numbers = {}
    rows = []
    for (template, name), regions in sorted(places.items()):
        key = tuple((suffix, " ".join(sorted(regions[suffix]))) for suffix in sorted(regions))
        rows.append([template, name, numbers.setdefault(key, len(numbers))])
    lines = lambda values: ",\n".join("    " + json.dumps(value) for value in values)
    return (
        f'{{\n  "botocore": "{botocore.__version__}",\n'
        f'  "places": [\n{lines(dict(key) for key in numbers)}\n  ],\n  "rows": [\n{lines(rows)}\n  ]\n}}\n'
    )


if __name__ == "__main__":
    recorded = record()
    if "--check" in sys.argv[1:]:
        sys.exit(0 if TARGET.read_text() == recorded else f"{TARGET.name} would change")
    TARGET.write_text(recorded)
