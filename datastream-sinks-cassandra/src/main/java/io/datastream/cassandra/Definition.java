package io.datastream.cassandra;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sink was told, apart from its columns and its connection.
 *
 * @param keyspace the keyspace
 * @param table the table
 * @param create whether to create the table if it does not exist
 * @param partitionKey columns of the partition key as given, without the bucket; empty to find them
 * @param clustering clustering columns as given; empty to find them
 * @param bucket a column that divides partitions by time; null for none
 * @param timeToLiveSeconds how long a row stays; 0 for what the table says
 * @param consistency how many replicas must have a row
 * @param concurrency requests under way at the same time
 * @param batchRows rows that are sent together
 * @param batchNanos how long a row waits for others, while more are coming
 */
record Definition(
        String keyspace,
        String table,
        boolean create,
        List<String> partitionKey,
        List<String> clustering,
        @Nullable Bucket bucket,
        int timeToLiveSeconds,
        Consistency consistency,
        int concurrency,
        int batchRows,
        long batchNanos)
        implements Serializable {
    Definition creating() {
        return new Definition(
                keyspace,
                table,
                true,
                partitionKey,
                clustering,
                bucket,
                timeToLiveSeconds,
                consistency,
                concurrency,
                batchRows,
                batchNanos);
    }

    Definition partitionedBy(List<String> columns) {
        return new Definition(
                keyspace,
                table,
                create,
                columns,
                clustering,
                bucket,
                timeToLiveSeconds,
                consistency,
                concurrency,
                batchRows,
                batchNanos);
    }

    Definition clusteredBy(List<String> columns) {
        return new Definition(
                keyspace,
                table,
                create,
                partitionKey,
                columns,
                bucket,
                timeToLiveSeconds,
                consistency,
                concurrency,
                batchRows,
                batchNanos);
    }

    Definition with(Bucket by) {
        return new Definition(
                keyspace,
                table,
                create,
                partitionKey,
                clustering,
                by,
                timeToLiveSeconds,
                consistency,
                concurrency,
                batchRows,
                batchNanos);
    }

    Definition withTimeToLive(int seconds) {
        return new Definition(
                keyspace,
                table,
                create,
                partitionKey,
                clustering,
                bucket,
                seconds,
                consistency,
                concurrency,
                batchRows,
                batchNanos);
    }

    Definition with(Consistency level) {
        return new Definition(
                keyspace,
                table,
                create,
                partitionKey,
                clustering,
                bucket,
                timeToLiveSeconds,
                level,
                concurrency,
                batchRows,
                batchNanos);
    }

    Definition withConcurrency(int requests) {
        return new Definition(
                keyspace,
                table,
                create,
                partitionKey,
                clustering,
                bucket,
                timeToLiveSeconds,
                consistency,
                requests,
                batchRows,
                batchNanos);
    }

    Definition withBatch(int rows, long nanos) {
        return new Definition(
                keyspace,
                table,
                create,
                partitionKey,
                clustering,
                bucket,
                timeToLiveSeconds,
                consistency,
                concurrency,
                rows,
                nanos);
    }

    /** The table's name for messages. */
    String place() {
        return "table \"" + keyspace + "\".\"" + table + "\"";
    }
}
