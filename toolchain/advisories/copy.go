package main

import (
	"errors"

	bolt "go.etcd.io/bbolt"
)

// copyInOrder writes the content of a database into a new file, key by key in order. bbolt lays out pages in the
// order of writes, and within one transaction in the random order of a Go map: only one key per transaction makes
// equal content equal bytes. (bolt.Compact batches keys and so does not.)
func copyInOrder(from *bolt.DB, path string) error {
	target, err := bolt.Open(path, 0o644, &bolt.Options{NoSync: true})
	if err != nil {
		return err
	}
	err = from.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, bucket *bolt.Bucket) error {
			return copyBucket(target, [][]byte{name}, bucket)
		})
	})
	return errors.Join(err, target.Sync(), target.Close())
}

func copyBucket(target *bolt.DB, path [][]byte, bucket *bolt.Bucket) error {
	return bucket.ForEach(func(key, value []byte) error {
		if value == nil {
			return copyBucket(target, append(append([][]byte{}, path...), key), bucket.Bucket(key))
		}
		return target.Update(func(tx *bolt.Tx) error {
			into, err := tx.CreateBucketIfNotExists(path[0])
			for _, name := range path[1:] {
				if err == nil {
					into, err = into.CreateBucketIfNotExists(name)
				}
			}
			if err != nil {
				return err
			}
			return into.Put(key, value)
		})
	})
}
