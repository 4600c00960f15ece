"""Answers cases of record-tokens.mjs with botocore and the AWS CLI: reads them from stdin as JSON, writes to stdout.

It needs botocore and awscli of the versions that stand in tokens.json; no request is sent.
"""

import json
import os
import sys
from datetime import datetime, timezone
from unittest.mock import patch
from urllib.parse import urlencode

os.environ.update(
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    AWS_EC2_METADATA_DISABLED="true",
)

import awscli
import botocore
import botocore.session
from awscli.customizations.eks.get_token import STSClientFactory, TokenGenerator
from botocore.model import ServiceId
from botocore.signers import RequestSigner


def session_for(case):
    session = botocore.session.Session()
    keys = case["credentials"]
    session.set_credentials(keys["accessKeyId"], keys["secretAccessKey"], keys.get("sessionToken"))
    return session


def rds(session, o):
    client = session.create_client("rds", region_name=o["region"])
    return client.generate_db_auth_token(o["hostname"], o["port"], o["username"], o["region"])


def dsql(session, o):
    client = session.create_client("dsql", region_name=o["region"])
    generate = {
        "DbConnect": client.generate_db_connect_auth_token,
        "DbConnectAdmin": client.generate_db_connect_admin_auth_token,
    }[o["action"]]
    return generate(o["hostname"], o["region"], o.get("expiresInSeconds", 900))


def cache(service, name):
    """As the guides of both services and the documentation of redis-py do it."""

    def token(session, o):
        signer = RequestSigner(
            ServiceId(service),
            o["region"],
            service,
            "v4",
            session.get_credentials(),
            session.get_component("event_emitter"),
        )
        query = {"Action": "connect", "User": o["userId"]}
        if o.get("isServerless"):
            query["ResourceType"] = "ServerlessCache"
        url = f"http://{o[name]}/?{urlencode(query)}"
        request = {"method": "GET", "url": url, "body": {}, "headers": {}, "context": {}}
        signed = signer.generate_presigned_url(
            request, operation_name="connect", expires_in=900, region_name=o["region"]
        )
        return signed.removeprefix("http://")

    return token


def eks(session, o):
    client = STSClientFactory(session).get_sts_client(region_name=o["region"])
    return TokenGenerator(client).get_token(o["clusterName"])


def sts_proof(session, o):
    regional = "regional" if "region" in o else "legacy"
    session.set_config_variable("sts_regional_endpoints", regional)
    client = session.create_client("sts", region_name=o.get("region", "us-east-1"))
    header = o.get("audienceHeader")
    if header:

        def add(request, **_):
            request.headers[header["name"]] = header["value"]

        client.meta.events.register("before-sign.sts.GetCallerIdentity", add)
    return client.generate_presigned_url("get_caller_identity", ExpiresIn=900, HttpMethod="GET")


TOKENS = {
    "rds": rds,
    "dsql": dsql,
    "elasticache": cache("elasticache", "cacheName"),
    "memorydb": cache("memorydb", "clusterName"),
    "eks": eks,
    "stsProof": sts_proof,
}


def answer(case):
    instant = datetime.fromisoformat(case["signingDate"].replace("Z", "+00:00"))
    frozen = instant.astimezone(timezone.utc).replace(tzinfo=None)
    with patch("botocore.auth.get_current_datetime", return_value=frozen):
        return TOKENS[case["token"]](session_for(case), case["options"])


json.dump(
    {
        "versions": {"botocore": botocore.__version__, "awscli": awscli.__version__},
        "answers": [answer(case) for case in json.load(sys.stdin)],
    },
    sys.stdout,
)
