# A plan of `tasks` tasks with two assignments each, as MS Project writes one: awk -v tasks=N [-v edit=1]
# edit=1: a hundred tasks have another name, and it was saved later.
function day(n) { return sprintf("2026-%02d-%02d", 1 + int(n / 28) % 12, 1 + n % 28) }
BEGIN {
    print "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
    print "<Project xmlns=\"http://schemas.microsoft.com/project\">\n<SaveVersion>14</SaveVersion>\n<Name>bench</Name>"
    printf "<LastSaved>2026-06-01T09:%02d:00</LastSaved>\n<StatusDate>2026-06-01T17:00:00</StatusDate>\n<Tasks>\n", edit
    step = int(tasks / 100) > 0 ? int(tasks / 100) : 1
    for (i = 1; i <= tasks; i++) {
        level = i % 10 == 1 ? 1 : 2
        name = (edit && i % step == 0 ? "Changed " : "Task ") i " 作業項目"
        start = day(i); finish = day(i + 5)
        printf "<Task>\n\t<UID>%d</UID>\n\t<ID>%d</ID>\n\t<GUID>00000000-0000-0000-0000-%012d</GUID>\n\t<Name>%s</Name>\n\t<Type>0</Type>\n\t<IsNull>0</IsNull>\n\t<OutlineLevel>%d</OutlineLevel>\n\t<Priority>500</Priority>\n", i, i, i, name, level
        printf "\t<Start>%sT08:00:00</Start>\n\t<Finish>%sT17:00:00</Finish>\n\t<Duration>PT40H0M0S</Duration>\n\t<DurationFormat>7</DurationFormat>\n\t<Work>PT%dH0M0S</Work>\n\t<PercentComplete>%d</PercentComplete>\n\t<ActualWork>PT0H0M0S</ActualWork>\n\t<RemainingWork>PT%dH0M0S</RemainingWork>\n", start, finish, 8 + i % 40, i % 101, 8 + i % 40
        printf "\t<ConstraintType>0</ConstraintType>\n\t<Milestone>0</Milestone>\n\t<Summary>%d</Summary>\n\t<Critical>0</Critical>\n\t<Active>1</Active>\n\t<Manual>0</Manual>\n", level == 1
        if (i % 10 > 2)
            printf "\t<PredecessorLink>\n\t\t<PredecessorUID>%d</PredecessorUID>\n\t\t<Type>1</Type>\n\t\t<LinkLag>0</LinkLag>\n\t</PredecessorLink>\n", i - 1
        printf "\t<Baseline>\n\t\t<Number>0</Number>\n\t\t<Start>%sT08:00:00</Start>\n\t\t<Finish>%sT17:00:00</Finish>\n\t\t<Work>PT%dH0M0S</Work>\n\t</Baseline>\n</Task>\n", start, finish, 8 + i % 40
    }
    print "</Tasks>\n<Resources>"
    for (i = 1; i <= 200; i++)
        printf "<Resource>\n\t<UID>%d</UID>\n\t<ID>%d</ID>\n\t<Name>Person %d</Name>\n\t<Type>1</Type>\n</Resource>\n", i, i, i
    print "</Resources>\n<Assignments>"
    for (i = 1; i <= tasks * 2; i++) {
        task = int((i + 1) / 2)
        printf "<Assignment>\n\t<UID>%d</UID>\n\t<TaskUID>%d</TaskUID>\n\t<ResourceUID>%d</ResourceUID>\n\t<Units>1</Units>\n\t<Work>PT%dH0M0S</Work>\n\t<ActualWork>PT0H0M0S</ActualWork>\n\t<RemainingWork>PT%dH0M0S</RemainingWork>\n\t<Start>%sT08:00:00</Start>\n\t<Finish>%sT17:00:00</Finish>\n</Assignment>\n", i, task, 1 + i % 200, 4 + task % 20, 4 + task % 20, day(task), day(task + 5)
    }
    print "</Assignments>\n</Project>"
}
