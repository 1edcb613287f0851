package io.datastream;

import io.datastream.codec.Codec;
import io.datastream.error.ErrorPolicy;
import io.datastream.function.Condition;
import io.datastream.function.Fn;
import io.datastream.plan.Node;
import io.datastream.plan.Node.FilterNode;
import io.datastream.plan.Node.FlatMapNode;
import io.datastream.plan.Node.KeyNode;
import io.datastream.plan.Node.MapNode;
import io.datastream.plan.Node.MergeNode;
import io.datastream.plan.Node.ProcessNode;
import io.datastream.plan.Node.SinkNode;
import io.datastream.processor.Processor;
import io.datastream.sink.Sink;
import java.util.List;

/**
 * Records without a key: steps here look at one record at a time. Each method gives a new stream; several streams may
 * go on from the same one.
 *
 * @param <T> the records
 */
public final class Stream<T> {
    private final Node node;

    Stream(Node node) {
        this.node = node;
    }

    /** The result of the function for each record, at the record's time. A null result is an error of the record. */
    public <R> Stream<R> map(Fn<? super T, ? extends R> fn) {
        return new Stream<>(new MapNode(node, fn));
    }

    /** The records that meet the condition. */
    public Stream<T> filter(Condition<? super T> condition) {
        return new Stream<>(new FilterNode(node, condition));
    }

    /** Each of the results of the function for each record, at the record's time. */
    public <R> Stream<R> flatMap(Fn<? super T, ? extends Iterable<? extends R>> fn) {
        return new Stream<>(new FlatMapNode(node, fn));
    }

    /** What the processor makes of each record, at the record's time; nothing where it returns null. */
    public <R> Stream<R> process(Processor<? super T, ? extends R> processor) {
        return new Stream<>(new ProcessNode(node, processor));
    }

    /** The records of both streams. */
    public Stream<T> merge(Stream<? extends T> other) {
        return new Stream<>(new MergeNode(List.of(node, other.node)));
    }

    /**
     * Groups the records by key, whichever partition they come from. Keys are compared by {@code equals}; their bytes
     * decide where they are processed.
     *
     * <p>Text, numbers, booleans, UUIDs, dates, times, enums, and records and lists of these can be keys as they are;
     * others need {@link #keyBy(Fn, Codec)}.
     */
    public <K> KeyedStream<K, T> keyBy(Fn<? super T, ? extends K> key) {
        return new KeyedStream<>(new KeyNode(node, key, null, false));
    }

    /** Groups the records by a key that this codec writes and reads. Equal keys must have equal bytes. */
    public <K> KeyedStream<K, T> keyBy(Fn<? super T, ? extends K> key, Codec<K> codec) {
        return new KeyedStream<>(new KeyNode(node, key, codec, false));
    }

    /**
     * Says that all records of a key come from one partition already, so that they need not be regrouped: cheaper, and
     * wrong results if it is not so.
     */
    public <K> KeyedStream<K, T> keyedBy(Fn<? super T, ? extends K> key) {
        return new KeyedStream<>(new KeyNode(node, key, null, true));
    }

    /** As {@link #keyedBy(Fn)}, with a codec for the key. */
    public <K> KeyedStream<K, T> keyedBy(Fn<? super T, ? extends K> key, Codec<K> codec) {
        return new KeyedStream<>(new KeyNode(node, key, codec, true));
    }

    /** Says that all records belong to one series. They are then processed by one task. */
    public KeyedStream<SingleSeries, T> asSingleSeries() {
        return keyBy(value -> SingleSeries.INSTANCE);
    }

    /** The same stream, with this name for its last step. Names identify state and appear in metrics. */
    public Stream<T> named(String name) {
        return new Stream<>(node.with(Names.check(name), node.errorPolicy()));
    }

    /** The same stream, with this treatment of records that fail in its last step. Default: the pipeline fails. */
    public Stream<T> onError(ErrorPolicy policy) {
        return new Stream<>(node.with(node.givenName(), policy));
    }

    /** Ends the chain: the records go to the sink. */
    public Pipeline to(Sink<? super T> sink) {
        return Pipeline.endingIn(new SinkNode(node, sink));
    }

    /**
     * Ends the chain: the records go to the sink, with this treatment of those that it refuses, such as a row that violates
     * a constraint, or that cannot be turned into bytes. Default: the pipeline fails. Retries of the policy count for topics
     * only; other sinks try again by themselves what may go away.
     */
    public Pipeline to(Sink<? super T> sink, ErrorPolicy policy) {
        return Pipeline.endingIn(new SinkNode(node, sink).with(null, policy));
    }
}
