package io.datastream.soak;

import io.datastream.kafka.GroupProtocol;
import io.datastream.kafka.KafkaRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A worker JVM: runs all pipelines until it is asked to end, with the runtime's default settings. */
final class Worker {
    /** What it prints when its pipelines have been started. */
    static final String STARTED = "worker started";

    /** What it prints for each restart of a pipeline from its last commit. */
    static final String RESTARTED = "worker: a pipeline was restarted";

    /** What it prints at an end in order. */
    static final String STOPPED = "worker stopped in order";

    private static final int FAILED = 3;
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private Worker() {}

    /** Takes the address of the broker, the instance, the group protocol and the database. */
    public static void main(String[] args) throws InterruptedException {
        KafkaRuntime runtime = KafkaRuntime.at(args[0])
                .withInstance(args[1])
                .withGroupProtocol(GroupProtocol.valueOf(args[2]))
                .withConnectLimit(Duration.ofMinutes(10)); // the broker is away now and then
        List<PipelineController> controllers = new ArrayList<>();
        try {
            controllers.add(runtime.start(Pipelines.keyed(args[3])));
            controllers.add(runtime.start(Pipelines.merged()));
        } catch (RuntimeException e) { // one that was started before would keep the JVM alive
            e.printStackTrace();
            System.exit(FAILED);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(controllers), "stop"));
        System.out.println(STARTED);
        watch(controllers);
    }

    private static void stop(List<PipelineController> controllers) {
        List<Thread> stopping = new ArrayList<>();
        for (PipelineController controller : controllers) {
            Thread thread = new Thread(controller::stop, "stop " + controller.name());
            thread.start();
            stopping.add(thread);
        }
        try {
            for (Thread thread : stopping) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (controllers.stream().allMatch(controller -> controller.state() == PipelineState.STOPPED)) {
            System.out.println(STOPPED);
        }
    }

    private static void watch(List<PipelineController> controllers) throws InterruptedException {
        int[] restarts = new int[controllers.size()];
        while (true) {
            for (int i = 0; i < restarts.length; i++) {
                PipelineController controller = controllers.get(i);
                int now = controller.status().restarts();
                for (; restarts[i] < now; restarts[i]++) {
                    System.out.println(
                            RESTARTED + " after: " + controller.status().lastError());
                }
                if (controller.state() == PipelineState.FAILED) {
                    controller.failure().ifPresent(Throwable::printStackTrace);
                    System.exit(FAILED);
                }
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
        }
    }
}
