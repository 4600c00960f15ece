# Puts a file and reads it back with fog-aws: fog.rb put|get ENDPOINT BUCKET KEY FILE
require 'fog/aws'

how, endpoint, bucket, key, name = ARGV
storage = Fog::Storage.new(
  provider: 'AWS', endpoint: endpoint, path_style: true, region: ENV['AWS_REGION'],
  aws_access_key_id: ENV['AWS_ACCESS_KEY_ID'], aws_secret_access_key: ENV['AWS_SECRET_ACCESS_KEY'],
  aws_signature_version: 4, connection_options: { retry_limit: 1 }
)
if how == 'put'
  File.open(name, 'rb') { |file| storage.put_object(bucket, key, file, 'x-amz-meta-colour' => 'blue') }
else
  File.binwrite(name, storage.get_object(bucket, key).body)
end
