// Puts a file and reads it back with minio-go.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// minio-go-client put|put-trailer|get HOST:PORT BUCKET KEY FILE
func main() {
	how, endpoint, bucket, key, file := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]
	client, err := minio.New(endpoint, &minio.Options{
		Creds:           credentials.NewStaticV4(os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"), ""),
		Region:          os.Getenv("AWS_REGION"),
		TrailingHeaders: how == "put-trailer",
	})
	check(err)
	ctx := context.Background()
	switch how {
	case "get":
		check(client.FGetObject(ctx, bucket, key, file, minio.GetObjectOptions{}))
	case "put":
		_, err = client.FPutObject(ctx, bucket, key, file, minio.PutObjectOptions{
			UserMetadata: map[string]string{"Colour": "blue"},
		})
		check(err)
	case "put-trailer":
		// Trailers are sent with the parts of a multipart upload: 5 MiB is the smallest.
		_, err = client.FPutObject(ctx, bucket, key, file, minio.PutObjectOptions{PartSize: 5 * 1024 * 1024})
		check(err)
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
