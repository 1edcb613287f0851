package io.datastream.alerts;

import io.datastream.alert.Severity;
import io.datastream.alerts.MetricRule.Sample;
import io.datastream.runtime.PipelineState;
import java.time.Duration;
import java.util.List;

/**
 * Rules that are of use for every pipeline, unchanged. Each method says what its rule is about, its limit and why; all of them
 * look at what every runtime tells, but the lag in records, which Kafka alone knows.
 */
public final class DefaultRules {
    private static final Duration WINDOW = Duration.ofMinutes(5);

    private DefaultRules() {}

    /** All of them. */
    public static List<MetricRule> all() {
        return List.of(failed(), restarts(), heldUp(), behind(), lag(), failedRecords(), lateRecords(), memory());
    }

    /**
     * {@code pipeline-failed}: the state is {@link PipelineState#FAILED}. Critical, at once: it does not go on by itself.
     */
    public static MetricRule failed() {
        AlertRule<Sample> rule = AlertRule.above("pipeline-failed", Sample::value, 0)
                .withSeverity(Severity.CRITICAL, Severity.CRITICAL)
                .because("A pipeline that has failed does not go on by itself.")
                .lookAt("Look at the first error in the log, mend its cause, and start the pipeline again.");
        return MetricRule.of(rule, Readers.status(status -> status.state() == PipelineState.FAILED ? 1 : 0))
                .in((alert, status) -> alert.state().isActive()
                        ? "Pipeline " + alert.pipeline() + " has failed."
                        : "Pipeline " + alert.pipeline() + " is " + status.state() + " again.");
    }

    /**
     * {@code restarts}: more than 2 restarts after failures in 15 minutes. A warning: one or two are what restarts are for,
     * more mean that the cause stays. Critical above 10.
     */
    public static MetricRule restarts() {
        AlertRule<Sample> rule = AlertRule.above("restarts", Sample::value, 2)
                .withWorseLimit(10)
                .about("number of restarts in 15 minutes")
                .because("One or two restarts mend what passes; more mean that the cause stays.")
                .lookAt("Look at the last error in the status, and at the restart policy.");
        Duration quarter = Duration.ofMinutes(15);
        return MetricRule.of(rule, Readers.increase(Readers.status(status -> status.restarts()), quarter));
    }

    /**
     * {@code held-up}: the status names something that the pipeline waits for, for 2 minutes. A warning: a sink or broker that
     * is restarted is back by then. Critical after 15 minutes. A pipeline that is {@link PipelineState#PAUSED} is held up by
     * nothing: somebody wants it so.
     */
    public static MetricRule heldUp() {
        AlertRule<Sample> rule = AlertRule.above("held-up", Sample::value, 0)
                .lasting(Duration.ofMinutes(2))
                .withWorseAfter(Duration.ofMinutes(15))
                .because("A sink or broker that is restarted is back sooner; until then results are held back.")
                .lookAt("Look at the system that the status names, and at the way to it.");
        return MetricRule.of(rule, Readers.status(status -> status.waitingFor().size()))
                .in((alert, status) -> "Pipeline " + alert.pipeline()
                        + (alert.state().isActive() ? " is held up." : " is not held up any more."))
                .restingInPause();
    }

    /**
     * {@code behind}: event time is more than 10 minutes behind the clock in a task, for 5 minutes. A warning: results come that
     * much later. Critical above 2 hours. Not while the pipeline is paused. A pipeline that works off old data is behind as well, until it has caught up; silence
     * the rule for that time.
     */
    public static MetricRule behind() {
        AlertRule<Sample> rule = AlertRule.above("behind", Sample::value, 600)
                .withWorseLimit(7_200)
                .lasting(WINDOW)
                .about("delay of event time in seconds")
                .because("Results come as much later as event time is behind the clock.")
                .lookAt("Look at the partition in the status: whether it is quiet, slow, or works off old data.");
        return MetricRule.of(rule, Readers.meter("datastream.watermark.delay")).restingInPause();
    }

    /**
     * {@code lag}: more than 10,000 records wait in a partition, for 5 minutes, on Kafka. A warning: a pipeline that keeps up has
     * a second's worth at most. Critical above 1,000,000. Cleared at 1,000, and while the pipeline is paused.
     */
    public static MetricRule lag() {
        AlertRule<Sample> rule = AlertRule.above("lag", Sample::value, 10_000)
                .withClearLimit(1_000)
                .withWorseLimit(1_000_000)
                .lasting(WINDOW)
                .about("number of records that wait")
                .because("A pipeline that keeps up with its input leaves records of a moment only.")
                .lookAt(
                        "Look at the rate of records in and out; more workers, up to one for each partition, share the work.");
        return MetricRule.of(rule, Readers.meter("datastream.lag")).restingInPause();
    }

    /**
     * {@code failed-records}: any record that failed and was dropped or went to the dead letters in 5 minutes. A warning: the
     * results lack it. Critical above 1,000.
     */
    public static MetricRule failedRecords() {
        AlertRule<Sample> rule = AlertRule.above("failed-records", Sample::value, 0)
                .withWorseLimit(1_000)
                .about("number of failed records in 5 minutes")
                .because("Results lack the records that failed.")
                .lookAt("Look at the dead letters of the step, or at its error policy and the log.");
        return MetricRule.of(
                rule, Readers.increase(Readers.steps(step -> step.skipped() + step.deadLetters()), WINDOW));
    }

    /**
     * {@code late-records}: more than 100 records that came too late for a step in 5 minutes. A warning: the results lack them;
     * some are usual where the disorder bound is tight. Critical above 10,000.
     */
    public static MetricRule lateRecords() {
        AlertRule<Sample> rule = AlertRule.above("late-records", Sample::value, 100)
                .withWorseLimit(10_000)
                .about("number of late records in 5 minutes")
                .because("Results lack the records that came too late.")
                .lookAt("Look at the clocks of the senders, and at the disorder bound of the source.");
        return MetricRule.of(rule, Readers.increase(Readers.steps(step -> step.late()), WINDOW));
    }

    /**
     * {@code memory}: more than 90 % of the heap is used at every look for 5 minutes, with no collection that brought it to 80
     * %. A warning: the state of keys lives on the heap. Critical above 97 %.
     */
    public static MetricRule memory() {
        AlertRule<Sample> rule = AlertRule.above("memory", Sample::value, 90)
                .withClearLimit(80)
                .withWorseLimit(97)
                .lasting(WINDOW)
                .about("share of the heap in use, in percent,")
                .because("State lives on the heap, and a heap that stays full makes all slow before it fails.")
                .lookAt("Look at the number of keys with state in the status, and at the limit of the heap (-Xmx).");
        return MetricRule.of(rule, Readers.status(status -> heapInPercent()));
    }

    private static double heapInPercent() {
        Runtime runtime = Runtime.getRuntime();
        return 100.0 * (runtime.totalMemory() - runtime.freeMemory()) / runtime.maxMemory();
    }
}
