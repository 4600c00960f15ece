# Puts a file and reads it back with boto3: boto.py put|get ENDPOINT BUCKET KEY FILE [checksum]
import os
import sys

import boto3
from botocore.config import Config

how, endpoint, bucket, key, name = sys.argv[1:6]
extra = {'ChecksumAlgorithm': sys.argv[6]} if len(sys.argv) > 6 else {}
s3 = boto3.client(
    's3',
    endpoint_url=endpoint,
    region_name=os.environ['AWS_REGION'],
    verify=os.environ.get('AWS_CA_BUNDLE', True),
    config=Config(s3={'addressing_style': 'path'}, retries={'max_attempts': 1}),
)
if how == 'put':
    with open(name, 'rb') as file:
        s3.put_object(Bucket=bucket, Key=key, Body=file, Metadata={'colour': 'blue'}, **extra)
elif how == 'upload':  # in parts, where it is large
    s3.upload_file(name, bucket, key, ExtraArgs=extra)
else:
    with open(name, 'wb') as file:
        for piece in s3.get_object(Bucket=bucket, Key=key)['Body'].iter_chunks(1024 * 1024):
            file.write(piece)
