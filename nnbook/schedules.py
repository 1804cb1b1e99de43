"""Learning rates that change from epoch to epoch.

A schedule is a plain function of the epoch, counted from 1, and every optimizer takes one in place of a number. The
factories below make the usual ones.
"""

import math
from collections.abc import Callable

from nnbook import _checks

Schedule = Callable[[int], float]


def step_decay(learning_rate: float, *, every: int, factor: float = 0.1) -> Schedule:
    """Return a schedule that multiplies the rate by ``factor`` after every so many epochs.

    Parameters
    ----------
    learning_rate : float
        The rate of the first epochs, greater than 0.
    every : int
        How many epochs one rate lasts.
    factor : float
        Between 0 and 1.

    Returns
    -------
    Schedule

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind stated.

    References
    ----------
    PyTorch, ``torch.optim.lr_scheduler.StepLR``, which counts epochs from 0 and has the same default.

    Examples
    --------
    >>> import nnbook as nn
    >>> rate = nn.schedules.step_decay(0.8, every=2, factor=0.5)
    >>> [rate(epoch) for epoch in (1, 2, 3, 4, 5)]
    [0.8, 0.8, 0.4, 0.4, 0.2]
    """
    learning_rate = _checks.as_number(learning_rate, "learning_rate", above=0)
    every = _checks.as_count(every, "every")
    factor = _checks.as_number(factor, "factor", above=0, below=1)
    return lambda epoch: learning_rate * factor ** ((epoch - 1) // every)


def exponential_decay(learning_rate: float, *, factor: float) -> Schedule:
    """Return a schedule that multiplies the rate by ``factor`` after every epoch.

    Parameters
    ----------
    learning_rate : float
        The rate of the first epoch, greater than 0.
    factor : float
        Between 0 and 1.

    Returns
    -------
    Schedule

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind stated.

    References
    ----------
    PyTorch, ``torch.optim.lr_scheduler.ExponentialLR``, which counts epochs from 0.

    Examples
    --------
    >>> import nnbook as nn
    >>> rate = nn.schedules.exponential_decay(0.8, factor=0.5)
    >>> [rate(epoch) for epoch in (1, 2, 3)]
    [0.8, 0.4, 0.2]
    """
    return step_decay(learning_rate, every=1, factor=factor)


def cosine(learning_rate: float, *, epochs: int) -> Schedule:
    """Return a schedule that falls from ``learning_rate`` along half a wave of the cosine, towards 0.

    Parameters
    ----------
    learning_rate : float
        The rate of the first epoch, greater than 0.
    epochs : int
        The length of the half wave. The rate would be 0 in the epoch after; later epochs keep that of the last.

    Returns
    -------
    Schedule

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind stated.

    References
    ----------
    I. Loshchilov, F. Hutter: SGDR: Stochastic gradient descent with warm restarts. ICLR 2017; without restarts.

    Examples
    --------
    >>> import nnbook as nn
    >>> rate = nn.schedules.cosine(0.8, epochs=4)
    >>> [round(rate(epoch), 3) for epoch in (1, 2, 3, 4, 5)]
    [0.8, 0.683, 0.4, 0.117, 0.117]
    """
    learning_rate = _checks.as_number(learning_rate, "learning_rate", above=0)
    epochs = _checks.as_count(epochs, "epochs")
    return lambda epoch: learning_rate * 0.5 * (1 + math.cos(math.pi * (min(epoch, epochs) - 1) / epochs))


def warmup(learning_rate: float | Schedule, *, epochs: int) -> Schedule:
    """Return a schedule that rises in equal steps to ``learning_rate`` in the given number of epochs.

    Parameters
    ----------
    learning_rate : float or Schedule
        What to rise to, and to follow from then on. A schedule begins with its own epoch 1 when the rise is over.
    epochs : int
        In which epoch the rise reaches it; epoch 1 of a schedule then comes next.

    Returns
    -------
    Schedule

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind stated.

    References
    ----------
    P. Goyal and others: Accurate, large minibatch SGD: training ImageNet in 1 hour. 2017, section 2.2.

    Examples
    --------
    >>> import nnbook as nn
    >>> rate = nn.schedules.warmup(nn.schedules.exponential_decay(0.8, factor=0.5), epochs=2)
    >>> [rate(epoch) for epoch in (1, 2, 3, 4)]
    [0.4, 0.8, 0.8, 0.4]
    """
    top = rate_at(learning_rate, 1)
    epochs = _checks.as_count(epochs, "epochs")
    return lambda epoch: top * epoch / epochs if epoch <= epochs else rate_at(learning_rate, epoch - epochs)


def rate_at(learning_rate: float | Schedule, epoch: int) -> float:
    """Return the rate in an epoch, whether ``learning_rate`` is a number or a schedule.

    Parameters
    ----------
    learning_rate : float or Schedule
        The number, or the function of the epoch; greater than 0.
    epoch : int
        The number of the epoch, from 1.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        If the number, or what the function returns, is not a number greater than 0.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.schedules.rate_at(0.1, 7), nn.schedules.rate_at(lambda epoch: 1 / epoch, 4)
    (0.1, 0.25)
    """
    epoch = _checks.as_count(epoch, "epoch")
    if callable(learning_rate):
        return _checks.as_number(learning_rate(epoch), f"learning_rate({epoch})", above=0)
    return _checks.as_number(learning_rate, "learning_rate", above=0)
