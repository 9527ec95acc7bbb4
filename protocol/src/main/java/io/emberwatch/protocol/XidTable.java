package io.emberwatch.protocol;

import static io.emberwatch.protocol.Xid.Severity.FATAL;
import static io.emberwatch.protocol.Xid.Severity.NOTE;
import static io.emberwatch.protocol.Xid.Severity.PROGRAM;

import java.util.List;

/**
 * The XID errors that we know, by code. Facts are NVIDIA's, words are ours. Fatal is what NVIDIA answers with a reset
 * of the card, a restart of the machine, or a screwdriver; and memory or NVLink that fails.
 *
 * <p>Some are left to {@link GpuFault#RESET_REQUIRED} and {@link GpuFault#RESTART_REQUIRED}, which the driver reports
 * beside its errors: those of NVLink 5 (144 to 150), often harmless and reported without their details; 109, which ends
 * a program, and only in some cases harms the card; and 154, which says that this advice has changed, also to none.
 *
 * @see <a href="https://docs.nvidia.com/deploy/xid-errors/analyzing-xid-catalog.html">NVIDIA: the XID catalog</a>
 */
final class XidTable {
    private static final String AGAIN =
            "Start the program again; if it fails in the same place, look for the error in the"
                    + " program, and if other programs fail too, in the card.";
    private static final String RESET =
            "End what runs on the card and reset it; if the error comes back, have the card looked at.";
    private static final String NOTHING = "Nothing needs to be done, unless it keeps coming back.";
    private static final String NVLINK_5 =
            "Nothing needs to be done, unless jobs fail or the card then needs a reset: see" + " nvidia-smi nvlink -s.";
    private static final String COPY = "a program's copying of data went wrong";
    private static final String VIDEO = "the decoding or encoding of video or pictures went wrong";

    static final List<Xid> ALL = List.of(
            program(8, "the card stopped working for a program"),
            program(11, "a program sent commands that make no sense"),
            program(13, "a program computed with a wrong address or instruction"),
            program(25, "a program sent commands that are not allowed"),
            program(31, "a program used memory of the card that is not its own"),
            program(32, "a program's commands reached the card garbled"),
            note(37, "the card's firmware was asked for what it does not know", NOTHING),
            note(38, "the card's firmware timed out", "Update the driver if it keeps coming back."),
            program(39, COPY),
            program(40, COPY),
            program(41, COPY),
            program(43, "the card stopped a program after an error of its own"),
            note(44, "a change from one program to the next went wrong", "Update the driver if it keeps coming back."),
            new Xid(
                    45,
                    PROGRAM,
                    "the driver cleared away a program, most often because it was ended or another error came before",
                    "Look at the XID error before it, if there is one; after a program was killed there is nothing to do."),
            fatal(46, "the card stopped working and did not come back by itself", RESET),
            fatal(
                    48,
                    "a memory error that could not be corrected",
                    "End what runs on the card, distrust its results and reset the card; if it happens again, have the card"
                            + " replaced."),
            fatal(
                    54,
                    "the card's own power cable is not connected",
                    "Shut the machine down and check the power cables of the card."),
            note(56, "an error of the display output", NOTHING),
            fatal(57, "the card's memory could not be set up", RESET),
            fatal(58, "the connection to the card's memory is unstable", RESET),
            program(60, VIDEO),
            fatal(61, "the card's power management stopped at an error", RESET),
            fatal(62, "the card's power management has halted", RESET),
            note(
                    63,
                    "a bad piece of memory was noted to be replaced by a spare one",
                    "Reset the card when it is idle: the spare piece is used from then on."),
            fatal(
                    64,
                    "a bad piece of memory could not be noted for replacement",
                    "End what runs on the card and reset it; if the error comes back, have the card replaced."),
            program(65, VIDEO),
            note(66, "the driver touched what it must not", "Update the driver if it keeps coming back."),
            note(67, "the driver touched what it must not", "Update the driver if it keeps coming back."),
            program(68, VIDEO),
            program(69, "a program used the card in a way that it does not know"),
            program(70, COPY),
            program(71, COPY),
            program(72, COPY),
            program(73, VIDEO),
            fatal(
                    74,
                    "a connection to another card (NVLink) failed",
                    "See which link it is with nvidia-smi nvlink -s, then reset all cards at once; if it comes back, check"
                            + " bridges and seats."),
            program(75, COPY),
            program(76, COPY),
            program(77, COPY),
            note(78, "a virtual GPU could not be started", "Bring guest and host to drivers that fit each other."),
            fatal(
                    79,
                    "the card has fallen off the bus",
                    "Restart the machine, best by cutting its power; check power, risers and temperature before you trust the"
                            + " card again."),
            program(80, "data reached the card garbled"),
            program(82, VIDEO),
            program(83, VIDEO),
            program(84, VIDEO),
            program(85, COPY),
            program(86, "the comparing of pictures (optical flow) went wrong"),
            program(88, VIDEO),
            program(89, VIDEO),
            note(
                    92,
                    "many memory errors that could be corrected",
                    "Watch the card's ECC counters, and test its memory when it is idle: it may be about to fail."),
            note(93, "the card's own notebook is written to too often", NOTHING),
            new Xid(
                    94,
                    PROGRAM,
                    "a memory error ended the program that it hit, and no other",
                    "Start that program again, and reset the card when it is idle so that the bad memory is replaced."),
            fatal(
                    95,
                    "a memory error that may have hit every program on the card",
                    "End all that runs on the card, distrust its results and reset the card; if it happens again, have the card"
                            + " replaced."),
            program(96, VIDEO),
            program(97, VIDEO),
            program(98, VIDEO),
            program(99, VIDEO),
            program(100, VIDEO),
            program(101, VIDEO),
            program(102, VIDEO),
            program(103, VIDEO),
            program(104, VIDEO),
            program(105, VIDEO),
            note(106, "a test message", NOTHING),
            note(107, "a test message", NOTHING),
            new Xid(
                    109,
                    PROGRAM,
                    "a change from one program to the next took too long, and the program was ended",
                    "Start the program again; if it keeps coming back, reset the card and update the driver."),
            fatal(110, "a security fault: the card has locked itself", RESET),
            fatal(
                    119,
                    "the card's own processor (GSP) does not answer the driver",
                    "Reset the card, or restart the machine if that fails; if it comes back, update the driver."),
            fatal(
                    120,
                    "the card's own processor (GSP) has failed",
                    "Reset the card, or restart the machine if that fails; if it comes back, update the driver."),
            note(121, "errors on the connection between CPU and card (C2C) that were corrected", NOTHING),
            note(122, "the card's flash memory could not be read", "Restart the machine if it keeps coming back."),
            note(123, "the card's flash memory could not be written", "Restart the machine if it keeps coming back."),
            note(124, "the card's flash memory could not be erased", "Restart the machine if it keeps coming back."),
            note(125, "the card's own notebook is damaged", "Have the card looked at if it keeps coming back."),
            program(126, COPY),
            program(127, COPY),
            program(128, COPY),
            program(129, COPY),
            program(130, COPY),
            program(131, COPY),
            program(132, COPY),
            program(133, COPY),
            program(134, COPY),
            program(135, COPY),
            fatal(
                    136,
                    "a connection to another card (NVLink) could not be set up",
                    "Reset all cards at once; if it comes back, check bridges, cables and seats."),
            program(137, "another card was refused access over NVLink, most often after its own program failed"),
            program(139, "the comparing of pictures (optical flow) went wrong"),
            fatal(140, "memory errors that the card could not get over", RESET),
            note(141, "an error on a short way of CUDA", NOTHING),
            program(142, VIDEO),
            fatal(
                    143,
                    "the card could not be started",
                    "Reset the card, or cut the machine's power for a minute; if it comes back, have the card looked at."),
            note(144, "an error of NVLink", NVLINK_5),
            note(145, "an error of NVLink", NVLINK_5),
            note(146, "an error of NVLink", NVLINK_5),
            note(147, "an error of NVLink", NVLINK_5),
            note(148, "an error of NVLink", NVLINK_5),
            note(149, "an error of NVLink", NVLINK_5),
            note(150, "an error of NVLink", NVLINK_5),
            fatal(
                    151,
                    "the keys of a confidential virtual machine could not be changed",
                    "Restart the virtual machine that uses the card."),
            note(
                    154,
                    "the driver's advice for the card's recovery has changed, perhaps to none",
                    "See GPU Recovery Action in nvidia-smi -q; if it is not None, do what it says."),
            fatal(155, "a connection to another card (NVLink) went down", RESET),
            fatal(
                    156,
                    "a bad part of the card is to be left out from the next reset on",
                    "Let what runs on the card end, then reset it; if the error comes back, have the card looked at."),
            note(157, "a bad part of the card could not be noted to be left out", "Have the card looked at."),
            fatal(158, "the card did not answer the driver in time", RESET),
            note(160, "a bad memory channel was noted to be left out", "Reset the card when it is idle."),
            note(161, "a bad memory channel could not be noted to be left out", "Have the card looked at."),
            note(
                    163,
                    "the card's smoothing of power has switched itself off",
                    "See what made the card hot; where power must be smooth, reset the card when it is idle."),
            fatal(
                    166,
                    "encrypted data came over NVLink before it was set up for that",
                    "Restart the machine, and with it all that computes confidentially on the card."),
            fatal(
                    167,
                    "the card did not answer on the PCIe bus in time",
                    "Restart the machine; check risers, cables and seat of the card if it comes back."),
            note(
                    168,
                    "the part of memory that the card keeps for itself has errors, and was made smaller",
                    "Switch ECC on, so that bad memory is replaced, and restart the machine."),
            fatal(169, "the card's security processor has halted", RESET),
            note(171, "where an uncorrected memory error was: in the card's memory", "See XID 48 beside it."),
            note(172, "where an uncorrected memory error was: inside the chip", "See XID 48 beside it."),
            fatal(
                    173,
                    "the connection between CPU and card (C2C) has failed",
                    "Restart the machine; if it comes back, have the machine looked at."),
            fatal(
                    175,
                    "the card's memory did not answer its own processor (GSP)",
                    "Reset the card, or restart the machine if that fails; if it comes back, have the card looked at."));

    private XidTable() {}

    private static Xid fatal(int code, String meaning, String action) {
        return new Xid(code, FATAL, meaning, action);
    }

    private static Xid program(int code, String meaning) {
        return new Xid(code, PROGRAM, meaning, AGAIN);
    }

    private static Xid note(int code, String meaning, String action) {
        return new Xid(code, NOTE, meaning, action);
    }
}
